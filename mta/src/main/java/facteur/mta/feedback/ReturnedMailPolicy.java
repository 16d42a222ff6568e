package facteur.mta.feedback;

import facteur.mail.address.Address;
import facteur.mail.event.FeedbackEvent;
import facteur.mail.message.RecipientId;
import facteur.mail.outcome.BounceCategory;
import facteur.mail.outcome.BounceClass;
import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.Fault;
import facteur.mail.outcome.Stage;
import facteur.mail.smtp.Reply;
import facteur.mta.disposition.Meaning;
import facteur.mta.disposition.Ruling;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a returned mail means for the recipient whose token it came back to. Pure.
 *
 * <p>The token names the recipient; the report is believed only about it. A failure of another
 * address, behind a forwarding, says nothing about its own.
 */
final class ReturnedMailPolicy {
    private static final int MAX_TEXT = 500;

    private ReturnedMailPolicy() {}

    /**
     * @param id of the recipient whose token the mail came to, and its address as we sent to it
     * @param reportId Message-ID of the returned mail, or a hash
     */
    static FeedbackEvent judge(
            ReturnedMail mail, RecipientId id, Address address, Instant now, String reportId) {
        return switch (mail.kind()) {
            case FAILURE -> bounced(mail, id, address, now, reportId);
            case COMPLAINT ->
                    mail.isReadersComplaint()
                            ? new FeedbackEvent.Complained(
                                    id, now, mail.feedbackType().orElse("abuse"), reportId)
                            : noted(mail, id, now, reportId);
            case DELAY, DELIVERED, AUTO_REPLY, CHALLENGE, RECEIPT, OTHER ->
                    noted(mail, id, now, reportId);
        };
    }

    private static FeedbackEvent noted(
            ReturnedMail mail, RecipientId id, Instant now, String reportId) {
        String text =
                mail.recipients().stream()
                        .map(ReportedRecipient::diagnostic)
                        .filter(said -> !said.isBlank())
                        .findFirst()
                        .or(mail::feedbackType)
                        .orElse("");
        String kind = mail.kind() == ReturnKind.DELAY ? "delayed" : mail.kind().key();
        return new FeedbackEvent.Noted(id, now, kind, cut(text), reportId);
    }

    private static FeedbackEvent bounced(
            ReturnedMail mail, RecipientId id, Address address, Instant now, String reportId) {
        List<ReportedRecipient> failed =
                mail.recipients().stream().filter(r -> r.kind() == ReturnKind.FAILURE).toList();
        Optional<ReportedRecipient> own =
                failed.stream().filter(r -> isAbout(r, address.toString())).findFirst();
        ReportedRecipient reported = own.orElse(failed.getFirst());
        Optional<Ruling> ruling = reported.ruling();
        return new FeedbackEvent.Bounced(
                id,
                now,
                ruling.filter(r -> r.meaning() == Meaning.HARD).isPresent(),
                ruling.map(Ruling::bounceClass)
                        .orElse(new BounceClass(BounceCategory.UNKNOWN, "unknown")),
                evidence(reported),
                own.isEmpty(),
                reportId);
    }

    /**
     * Both an address that was written to and the one that refused are the recipient's. Where the
     * report names no address, the token alone says whose it is.
     */
    private static boolean isAbout(ReportedRecipient reported, String ours) {
        boolean named =
                reported.isUnnamed()
                        || isSameMailbox(reported.address(), ours)
                        || reported.others().stream().anyMatch(it -> isSameMailbox(it, ours));
        return named && reported.refusedAt().stream().allMatch(at -> isSameMailbox(at, ours));
    }

    /**
     * Servers rewrite an address on its last metres: {@code anne+news@example.org} to {@code
     * anne@mx.example.org} or {@code anne@example.mail.onmicrosoft.com}. A mailbox elsewhere, or of
     * another name, is where it was forwarded to.
     */
    static boolean isSameMailbox(String one, String other) {
        return mailbox(one).equals(mailbox(other)) && isSameHouse(domain(one), domain(other));
    }

    private static String mailbox(String address) {
        String local = AddressScanner.localPart(address).replace("\"", "");
        int plus = local.indexOf('+');
        return plus > 0 ? local.substring(0, plus) : local;
    }

    private static String domain(String address) {
        return address.substring(address.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
    }

    private static boolean isSameHouse(String one, String other) {
        return one.equals(other)
                || one.endsWith("." + other)
                || other.endsWith("." + one)
                || isTenant(one, other)
                || isTenant(other, one);
    }

    /** example.org is the tenant "example" of onmicrosoft.com. */
    private static boolean isTenant(String at, String domain) {
        int dot = domain.indexOf('.');
        return dot > 0
                && at.endsWith(".onmicrosoft.com")
                && at.startsWith(domain.substring(0, dot) + ".");
    }

    private static Evidence evidence(ReportedRecipient reported) {
        String said = cut(reported.diagnostic().strip());
        boolean quotes = said.matches("(?s)[45][0-9]{2}([ -].*)?");
        if (quotes) {
            int code = Integer.parseInt(said.substring(0, 3));
            return new Evidence.Answered(
                    Stage.REPORT, Reply.of(code, said.substring(Math.min(4, said.length()))));
        }
        String text = said.isEmpty() ? "reported without a reason" : said;
        return new Evidence.Failed(
                Stage.REPORT,
                Fault.REPORTED,
                reported.status().map(status -> status + " " + text).orElse(text));
    }

    private static String cut(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ");
        return line.length() > MAX_TEXT ? line.substring(0, MAX_TEXT) : line;
    }
}
