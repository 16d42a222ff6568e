package facteur.mta.notice;

import facteur.mail.address.Address;
import facteur.mail.event.DeliveryEvent;
import facteur.mail.message.Recipient;
import facteur.mail.outcome.Disposition;
import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.Fault;
import facteur.mail.smtp.Reply;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/** Writes a notice as {@code multipart/report} (RFC 3464, RFC 6522). Pure. */
final class NoticeWriter {
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss xx", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);
    // RFC 5322 2.1.1 allows 998; the value of a field keeps well below.
    private static final int LONGEST = 900;

    private final Notice notice;
    private final StringBuilder text = new StringBuilder(2048);

    private NoticeWriter(Notice notice) {
        this.notice = notice;
    }

    static byte[] write(Notice notice) {
        return new NoticeWriter(notice).octets();
    }

    static String subject(Action action) {
        return switch (action) {
            case FAILED -> "Undelivered mail returned to sender";
            case DELAYED -> "Delayed mail (still being retried)";
        };
    }

    private byte[] octets() {
        String boundary = "=_" + notice.id();
        boolean utf8 = isUtf8();
        header(boundary, utf8);
        line("--" + boundary);
        words();
        line("--" + boundary);
        // RFC 6533: an address beyond ASCII needs the global forms of both parts.
        field("Content-Type", utf8 ? "message/global-delivery-status" : "message/delivery-status");
        line("");
        status(utf8);
        line("");
        line("--" + boundary);
        field("Content-Type", returnedType(utf8));
        line("");
        ByteArrayOutputStream out =
                new ByteArrayOutputStream(text.length() + notice.returned().length);
        out.writeBytes(text.toString().getBytes(StandardCharsets.UTF_8));
        out.writeBytes(notice.returned());
        out.writeBytes(("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }

    private String returnedType(boolean utf8) {
        if (notice.whole()) {
            return utf8 ? "message/global" : "message/rfc822";
        }
        return utf8 ? "message/global-headers" : "text/rfc822-headers";
    }

    private boolean isUtf8() {
        return notice.about().envelope().options().utf8()
                || recipient().address().isInternational();
    }

    private Recipient recipient() {
        return notice.about().envelope().recipients().get(notice.ruling().recipient().index());
    }

    private void header(String boundary, boolean utf8) {
        Address to = notice.about().envelope().from().mailbox().orElseThrow();
        field("Date", DATE.format(notice.at()));
        field("From", "Mail Delivery System <postmaster@" + notice.hostname() + ">");
        field("To", "<" + to + ">");
        field("Subject", subject(notice.action()));
        field("Message-ID", messageId());
        // RFC 3834 5: no vacation message is wanted in return.
        field("Auto-Submitted", "auto-replied");
        String original = notice.about().facts().messageId();
        if (!original.isEmpty()) {
            field("References", original);
        }
        field("MIME-Version", "1.0");
        field(
                "Content-Type",
                "multipart/report; report-type="
                        + (utf8 ? "global-delivery-status" : "delivery-status")
                        + ";\r\n boundary=\""
                        + boundary
                        + "\"");
        line("");
        line("This is a notice in the form of RFC 3464.");
        line("");
    }

    private String messageId() {
        return "<" + notice.id() + "@" + notice.hostname() + ">";
    }

    private void words() {
        field("Content-Type", "text/plain; charset=utf-8");
        line("");
        line("This is the mail system at " + notice.hostname() + ".");
        line("");
        switch (notice.action()) {
            case FAILED -> line("Your message could not be delivered. It is not tried again.");
            case DELAYED -> {
                line("Your message has not been delivered yet. You need not send it again:");
                line(
                        "it is tried"
                                + notice.retryUntil()
                                        .map(t -> " until " + DATE.format(t))
                                        .orElse(" further")
                                + ".");
            }
        }
        line("");
        line("  <" + recipient().address() + ">");
        line("  " + clean(evidence().toString()));
        line("");
    }

    private void status(boolean utf8) {
        field("Reporting-MTA", "dns; " + notice.hostname());
        notice.about().envelope().envelopeId().ifPresent(id -> field("Original-Envelope-Id", id));
        field("Arrival-Date", DATE.format(notice.about().at()));
        line("");
        recipient()
                .originalRecipient()
                .ifPresent(given -> field("Original-Recipient", given.replaceFirst(";", "; ")));
        field("Final-Recipient", (utf8 ? "utf-8; " : "rfc822; ") + recipient().address());
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

    /** RFC 3464 2.3.4: the class must fit the action. */
    private String code() {
        String first =
                switch (notice.action()) {
                    case FAILED -> "5";
                    case DELAYED -> "4";
                };
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
            case RENDERING_FAILED, MESSAGE_LOST -> "3.0"; // other or undefined mail system status
        };
    }

    private Evidence evidence() {
        return switch (notice.ruling().disposition()) {
            case Disposition.Deferred(_, var evidence, _) -> evidence;
            case Disposition.SoftBounce(_, var evidence) -> evidence;
            case Disposition.HardBounce(_, var evidence) -> evidence;
            case Disposition.Delivered(var evidence) -> evidence;
            case Disposition.Abandoned _, Disposition.Withdrawn _ ->
                    throw new IllegalStateException("no notice is sent of " + notice.ruling());
        };
    }

    private void field(String name, String value) {
        line(name + ": " + (value.contains("\r\n ") ? value : clean(value)));
    }

    private static String clean(String value) {
        String plain = value.replaceAll("\\p{Cntrl}", " ");
        return plain.length() <= LONGEST ? plain : plain.substring(0, LONGEST);
    }

    private void line(String line) {
        text.append(line).append("\r\n");
    }
}
