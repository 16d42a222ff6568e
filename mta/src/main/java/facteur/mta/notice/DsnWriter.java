package facteur.mta.notice;

import facteur.mail.address.Address;
import facteur.mail.event.DeliveryEvent;
import facteur.mail.message.Recipient;
import facteur.mail.outcome.Disposition;
import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.Fault;
import facteur.mail.smtp.Reply;
import facteur.mail.text.Ascii;
import facteur.mail.text.Escaped;
import facteur.message.mime.SevenBit;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Writes a notice as {@code multipart/report} (RFC 3464, RFC 6522). The part for people has all
 * characters and is quoted-printable where it needs to be; the part for machines is ASCII (RFC 3464
 * 2.1) but to a sender whose address is not (RFC 6533). Pure.
 */
final class DsnWriter {
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss xx", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);
    // RFC 5322 2.1.1 allows 998; the value of a field keeps well below.
    private static final int LONGEST = 900;

    private final Dsn notice;
    private final StringBuilder text = new StringBuilder(2048);

    private DsnWriter(Dsn notice) {
        this.notice = notice;
    }

    static byte[] write(Dsn notice) {
        return new DsnWriter(notice).octets();
    }

    static String subject(DsnAction dsnAction) {
        return switch (dsnAction) {
            case FAILED -> "Undelivered mail returned to sender";
            case DELAYED -> "Delayed mail (still being retried)";
            case RELAYED -> "Mail relayed to a host that sends no notices";
        };
    }

    private byte[] octets() {
        String boundary = "=_" + notice.id();
        header(boundary);
        line("--" + boundary);
        people();
        line("--" + boundary);
        machines();
        line("--" + boundary);
        field("Content-Type", notice.returned().type());
        field("Content-Transfer-Encoding", notice.returned().encoding());
        line("");
        ByteArrayOutputStream out =
                new ByteArrayOutputStream(text.length() + notice.returned().octets().length + 64);
        out.writeBytes(text.toString().getBytes(StandardCharsets.UTF_8));
        out.writeBytes(notice.returned().octets());
        out.writeBytes(("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }

    private Recipient recipient() {
        return notice.about().envelope().recipients().get(notice.ruling().recipient().index());
    }

    private void header(String boundary) {
        Address to = notice.about().envelope().from().mailbox().orElseThrow();
        field("Date", DATE.format(notice.at()));
        field("From", "Mail Delivery System <postmaster@" + notice.hostname() + ">");
        line("To: <" + to + ">");
        field("Subject", subject(notice.action()));
        field("Message-ID", "<" + notice.id() + "@" + notice.hostname() + ">");
        // RFC 3834 5: no vacation message is wanted in return.
        field("Auto-Submitted", "auto-replied");
        String original = notice.about().facts().messageId();
        if (!original.isEmpty() && original.length() <= LONGEST && Ascii.is(original)) {
            field("References", original);
        }
        field("MIME-Version", "1.0");
        line(
                "Content-Type: multipart/report; report-type="
                        + (notice.global() ? "global-delivery-status" : "delivery-status")
                        + ";\r\n boundary=\""
                        + boundary
                        + "\"");
        field("Content-Transfer-Encoding", notice.global() ? "8bit" : "7bit");
        line("");
        line("This is a notice in the form of RFC 3464.");
        line("");
    }

    private void people() {
        byte[] words = words().getBytes(StandardCharsets.UTF_8);
        boolean plain =
                Ascii.is(words, words.length) && ReturnedContent.longestLine(words) <= LONGEST;
        field("Content-Type", "text/plain; charset=utf-8");
        field("Content-Transfer-Encoding", plain ? "7bit" : "quoted-printable");
        line("");
        text.append(
                new String(
                        plain ? words : SevenBit.quotedPrintable(words),
                        StandardCharsets.US_ASCII));
    }

    private String words() {
        List<String> lines = new ArrayList<>();
        lines.add("This is the mail system at " + notice.hostname() + ".");
        lines.add("");
        switch (notice.action()) {
            case FAILED -> lines.add("Your message could not be delivered. It is not tried again.");
            case DELAYED -> {
                lines.add("Your message has not been delivered yet. You need not send it again:");
                lines.add(
                        "it is tried"
                                + notice.retryUntil()
                                        .map(t -> " until " + DATE.format(t))
                                        .orElse(" further")
                                + ".");
            }
            case RELAYED -> {
                lines.add("Your message was taken by a host that sends no notices of delivery.");
                lines.add("You may hear nothing more about it, whether it is delivered or not.");
            }
        }
        notice.returned().note().ifPresent(lines::add);
        lines.add("");
        lines.add("  <" + recipient().address() + ">");
        lines.add("  " + clean(Escaped.line(evidence().toString())));
        lines.add("");
        return String.join("\r\n", lines) + "\r\n";
    }

    private void machines() {
        field(
                "Content-Type",
                notice.global() ? "message/global-delivery-status" : "message/delivery-status");
        field("Content-Transfer-Encoding", notice.global() ? "8bit" : "7bit");
        line("");
        status();
        line("");
    }

    private void status() {
        field("Reporting-MTA", "dns; " + notice.hostname());
        notice.about().envelope().envelopeId().ifPresent(id -> field("Original-Envelope-Id", id));
        field("Arrival-Date", DATE.format(notice.about().at()));
        line("");
        recipient()
                .originalRecipient()
                .ifPresent(given -> field("Original-Recipient", original(given)));
        Address address = recipient().address();
        field(
                "Final-Recipient",
                address.isInternational()
                        ? "utf-8; " + machineForm(address.toString())
                        : "rfc822; " + address);
        field("Action", notice.action().key());
        field("Status", code());
        Optional<DeliveryEvent.Hop> hop = notice.ruling().hop();
        if (evidence() instanceof Evidence.Answered(_, Reply reply)) {
            hop.ifPresent(h -> field("Remote-MTA", "dns; " + h.host()));
            field("Diagnostic-Code", "smtp; " + reply);
        } else {
            field("Diagnostic-Code", "x-facteur; " + evidence());
        }
        field("Last-Attempt-Date", DATE.format(notice.ruling().at()));
        notice.retryUntil()
                .map((Instant t) -> DATE.format(t))
                .ifPresent(until -> field("Will-Retry-Until", until));
    }

    private String original(String given) {
        int type = given.indexOf(';') + 1;
        String address = given.substring(type).strip();
        return given.substring(0, type)
                + " "
                + (Ascii.is(address) ? address : machineForm(address));
    }

    /** In ASCII where it must be: utf-8-addr-xtext of RFC 6533 3. */
    private String machineForm(String address) {
        if (notice.global()) {
            return address;
        }
        StringBuilder out = new StringBuilder(address.length() * 2);
        address.codePoints()
                .forEach(
                        c -> {
                            boolean plain = c > ' ' && c < 0x7f && "+=\\".indexOf(c) < 0;
                            out.append(
                                    plain ? Character.toString(c) : String.format("\\x{%02X}", c));
                        });
        return out.toString();
    }

    /** RFC 3464 2.3.4: the class must fit the action. */
    private String code() {
        String first = notice.action().statusClass();
        return switch (evidence()) {
            case Evidence.Answered(_, Reply reply) ->
                    reply.enhanced()
                            .map(s -> first + "." + s.subject() + "." + s.detail())
                            .orElse(first + ".0.0");
            case Evidence.Failed(_, Fault fault, _) -> first + "." + detail(fault);
        };
    }

    // RFC 3463 3.
    private static String detail(Fault fault) {
        return switch (fault) {
            case NO_SUCH_DOMAIN, DOMAIN_NOT_FOUND -> "1.2";
            case NULL_MX -> "1.10"; // RFC 7505 4.2
            case DNS_FAILURE, NO_ADDRESS, FORBIDDEN_ADDRESS -> "4.4";
            case LOOP -> "4.6";
            case CONNECTION_REFUSED, CONNECTION_TIMEOUT, NOT_TRIED -> "4.1";
            case CONNECTION_LOST, REPLY_TIMEOUT -> "4.2";
            case TLS_FAILURE -> "7.10";
            case PROTOCOL_ERROR -> "5.0";
            case EXTENSION_MISSING -> "6.1";
            case EXPIRED -> "4.7";
            case TOO_LARGE_FOR_PEER -> "3.4";
            case REPORTED -> "0.0";
            case RENDERING_FAILED, MESSAGE_LOST, NO_SOCKET ->
                    "3.0"; // other or undefined mail system status
        };
    }

    private Evidence evidence() {
        return evidence(notice.ruling());
    }

    /** The evidence of a ruling that leads to a DSN. */
    static Evidence evidence(DeliveryEvent.Ruled ruling) {
        return switch (ruling.disposition()) {
            case Disposition.Deferred(_, var evidence, _) -> evidence;
            case Disposition.SoftBounce(_, var evidence) -> evidence;
            case Disposition.HardBounce(_, var evidence) -> evidence;
            case Disposition.Delivered(var evidence) -> evidence;
            case Disposition.Abandoned _, Disposition.Withdrawn _ ->
                    throw new IllegalStateException("no notice is sent of " + ruling);
        };
    }

    /** A field that nobody outside of ASCII may stand in, unless the notice is a global one. */
    private void field(String name, String value) {
        line(name + ": " + clean(notice.global() ? value : Ascii.of(value)));
    }

    private static String clean(String value) {
        String plain = value.replaceAll("\\p{Cntrl}", " ");
        return plain.length() <= LONGEST ? plain : plain.substring(0, LONGEST);
    }

    private void line(String line) {
        text.append(line).append("\r\n");
    }
}
