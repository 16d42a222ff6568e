package facteur.mta.feedback;

import static facteur.mail.outcome.BounceCategory.UNKNOWN;

import facteur.mail.message.Content;
import facteur.mta.disposition.BounceClassifier;
import facteur.mta.feedback.mime4j.DecodedField;
import facteur.mta.feedback.mime4j.MailParts;
import facteur.mta.feedback.mime4j.TextPart;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Reads mail that came back. Fields count before words: a delivery report is one however it is
 * titled, because Postfix and Exim mark theirs as automatic replies, and a vacation notice may
 * quote anything.
 *
 * <p>Only the first MiB is looked at; what follows is the mail that was returned.
 */
public final class ReturnedMailReader {
    static final int MOST = 1 << 20;
    // A notice in words must show two of its marks: sender, title, wording, a quoted reply.
    private static final int MARKS_OF_A_NOTICE = 2;

    private final TextBounceReader notices;
    private final DsnReader reports;

    public ReturnedMailReader(BounceClassifier classifier) {
        this.notices = new TextBounceReader(classifier);
        this.reports = new DsnReader(classifier, notices);
    }

    public ReturnedMail read(Content mail) throws IOException {
        try (InputStream in = mail.open(0, Math.min(mail.size(), MOST))) {
            return read(in.readNBytes(MOST));
        }
    }

    /** Reads a mail, or a mailbox file of several, whose recipients are then taken together. */
    public ReturnedMail read(byte[] mail) {
        List<ReturnedMail> mails =
                MboxFile.split(mail.length > MOST ? java.util.Arrays.copyOf(mail, MOST) : mail)
                        .stream()
                        .map(this::readOne)
                        .toList();
        ReturnedMail first = mails.getFirst();
        Map<String, ReportedRecipient> recipients = new LinkedHashMap<>();
        for (ReturnedMail each : mails) {
            for (ReportedRecipient recipient : each.recipients()) {
                recipients.merge(
                        recipient.address().toLowerCase(Locale.ROOT),
                        recipient,
                        ReturnedMailReader::graver);
            }
        }
        return new ReturnedMail(
                first.kind(),
                first.feedbackType(),
                List.copyOf(recipients.values()),
                first.enclosed());
    }

    /** Of two words about one recipient: a list may be expanded, and delivery beyond it fail. */
    private static ReportedRecipient graver(ReportedRecipient one, ReportedRecipient other) {
        return other.kind().compareTo(one.kind()) < 0 ? other : one;
    }

    private ReturnedMail readOne(byte[] octets) {
        MailParts mail = MailParts.of(octets);
        BounceText bounceText = BounceText.of(mail.parts());
        List<DecodedField> enclosed = enclosed(mail, bounceText);
        Optional<String> feedback = part(mail, "message/feedback-report");
        if (feedback.isPresent()) {
            return ArfReader.read(feedback.get(), enclosed);
        }
        if (ArfReader.isVendorForm(mail, bounceText, enclosed)) {
            return ArfReader.read("", enclosed);
        }
        return writtenTo(
                returned(mail, bounceText, enclosed), bounceText, TextBounceReader.us(mail));
    }

    /** With the addresses in front that the returned mail was written to. */
    private static ReturnedMail writtenTo(
            ReturnedMail mail, BounceText bounceText, List<String> us) {
        List<String> written = TextBounceReader.written(mail.enclosed(), us);
        List<String> told =
                mail.recipients().size() == 1
                        ? AddressScanner.all(bounceText.text()).stream()
                                .map(AddressScanner.Found::address)
                                .toList()
                        : List.of();
        return new ReturnedMail(
                mail.kind(),
                mail.feedbackType(),
                mail.recipients().stream().map(each -> each.writtenTo(written, told)).toList(),
                mail.enclosed());
    }

    private ReturnedMail returned(
            MailParts mail, BounceText bounceText, List<DecodedField> enclosed) {
        return report(mail, bounceText, enclosed)
                .orElseGet(
                        () ->
                                part(mail, "message/disposition-notification").isPresent()
                                        ? only(ReturnKind.RECEIPT, enclosed)
                                        : words(mail, bounceText, enclosed));
    }

    /**
     * Some ask who a sender is by means of a delivery report ("Action: failed"), or say so that a
     * moderator has to look first. Where a server has refused, the report quotes its reply, and
     * then it is what it says.
     */
    private Optional<ReturnedMail> report(
            MailParts mail, BounceText bounceText, List<DecodedField> enclosed) {
        String text =
                part(mail, "message/delivery-status")
                        .or(() -> part(mail, "message/global-delivery-status"))
                        .or(() -> part(mail, "text/delivery-status"))
                        .or(() -> Optional.of(bounceText.text()).filter(DsnReader::isReport))
                        .orElse("");
        List<ReportedRecipient> recipients =
                reports.recipients(text, bounceText, mail.header("subject").orElse(""));
        if (recipients.isEmpty()) {
            return Optional.empty();
        }
        if (recipients.stream().noneMatch(r -> BounceClassifier.quotesReply(r.diagnostic()))) {
            String words =
                    mail.header("subject").orElse("") + "\n" + bounceText.text() + "\n" + text;
            if (Phrases.anyIn(Phrases.SHIPPED.challenge(), words)) {
                return Optional.of(only(ReturnKind.CHALLENGE, enclosed));
            }
            if (Phrases.anyIn(Phrases.SHIPPED.held(), words)) {
                return Optional.of(only(ReturnKind.OTHER, enclosed));
            }
        }
        return Optional.of(
                new ReturnedMail(kind(recipients), Optional.empty(), recipients, enclosed));
    }

    private static ReturnKind kind(List<ReportedRecipient> recipients) {
        for (ReturnKind kind : List.of(ReturnKind.FAILURE, ReturnKind.DELAY)) {
            if (recipients.stream().anyMatch(r -> r.kind() == kind)) {
                return kind;
            }
        }
        return ReturnKind.DELIVERED;
    }

    private ReturnedMail words(MailParts mail, BounceText bounceText, List<DecodedField> enclosed) {
        String subject = mail.header("subject").orElse("");
        boolean fromDaemon = isFromDaemon(mail);
        boolean failureTitle =
                Phrases.anyIn(Phrases.SHIPPED.failureSubjects(), subject)
                        && (fromDaemon
                                || !Phrases.anyBegins(Phrases.SHIPPED.replySubjects(), subject));
        if (!fromDaemon
                && !failureTitle
                && Phrases.anyIn(Phrases.SHIPPED.automaticReplySubjects(), subject)) {
            return only(ReturnKind.AUTO_REPLY, enclosed);
        }
        boolean quotes = quotesReply(mail, bounceText);
        if ((!failureTitle || !quotes)
                && Phrases.anyIn(Phrases.SHIPPED.challenge(), subject + "\n" + bounceText.text())) {
            return only(ReturnKind.CHALLENGE, enclosed);
        }
        Optional<ReturnKind> harmless = quotes ? Optional.empty() : harmless(subject, bounceText);
        if (harmless.isPresent()) {
            return only(harmless.get(), enclosed);
        }
        int marks = marks(mail, bounceText, fromDaemon, failureTitle);
        if (marks >= MARKS_OF_A_NOTICE) {
            ReturnKind kind = isDelay(subject, bounceText) ? ReturnKind.DELAY : ReturnKind.FAILURE;
            List<ReportedRecipient> recipients =
                    notices.recipients(mail, bounceText, enclosed, kind);
            if (kind == ReturnKind.FAILURE && !quotes && !hasGround(bounceText, recipients)) {
                return only(isAutomatic(mail) ? ReturnKind.AUTO_REPLY : ReturnKind.OTHER, enclosed);
            }
            boolean named = recipients.stream().noneMatch(ReportedRecipient::isUnnamed);
            if (named || !isAutomatic(mail) || fromDaemon) {
                return new ReturnedMail(kind, Optional.empty(), recipients, enclosed);
            }
        }
        return only(isAutomatic(mail) ? ReturnKind.AUTO_REPLY : ReturnKind.OTHER, enclosed);
    }

    /** Whether some server has refused, in its own words. */
    private static boolean quotesReply(MailParts mail, BounceText bounceText) {
        return mail.header("x-failed-recipients").isPresent()
                || bounceText.paragraphs().stream().anyMatch(BounceClassifier::quotesReply);
    }

    /**
     * What resembles a notice of failure and is none, whoever it comes from: its title often is
     * that of the mail that it answers.
     */
    private static Optional<ReturnKind> harmless(String subject, BounceText bounceText) {
        String words = subject + "\n" + bounceText.text();
        if (Phrases.anyBegins(Phrases.SHIPPED.receiptSubjects(), subject)) {
            return Optional.of(ReturnKind.RECEIPT);
        }
        if (Phrases.anyBegins(Phrases.SHIPPED.automaticReplySubjects(), subject)
                || Phrases.anyIn(Phrases.SHIPPED.acknowledged(), words)) {
            return Optional.of(ReturnKind.AUTO_REPLY);
        }
        if (Phrases.anyIn(Phrases.SHIPPED.held(), words)) {
            return Optional.of(ReturnKind.OTHER);
        }
        boolean failed = Phrases.anyIn(Phrases.SHIPPED.failureWords(), bounceText.text());
        return !failed && Phrases.anyIn(Phrases.SHIPPED.delivered(), words)
                ? Optional.of(ReturnKind.DELIVERED)
                : Optional.empty();
    }

    /**
     * Whether a notice in words alone says why, or that it is over. Of one that does neither nobody
     * knows whether it waits, asks or has failed, and a failure that is none is worse than one that
     * is missed.
     */
    private static boolean hasGround(BounceText bounceText, List<ReportedRecipient> recipients) {
        return Phrases.anyIn(Phrases.SHIPPED.givenUp(), bounceText.text())
                || Phrases.anyIn(Phrases.SHIPPED.over(), bounceText.text())
                || recipients.stream()
                        .anyMatch(
                                r -> r.ruling().filter(it -> it.category() != UNKNOWN).isPresent());
    }

    private static int marks(
            MailParts mail, BounceText bounceText, boolean fromDaemon, boolean title) {
        String text = bounceText.text();
        return (fromDaemon ? 1 : 0)
                + (title ? 1 : 0)
                + (mail.header("x-failed-recipients").isPresent() ? 2 : 0)
                + (Phrases.anyIn(Phrases.SHIPPED.failureWords(), text) ? 1 : 0)
                + (bounceText.paragraphs().stream().anyMatch(BounceClassifier::quotesReply)
                        ? 1
                        : 0);
    }

    private static boolean isFromDaemon(MailParts mail) {
        String from = mail.header("from").orElse("");
        String returnPath = mail.header("return-path").orElse("").replace(" ", "");
        return Phrases.anyIn(Phrases.SHIPPED.daemons(), from)
                || Phrases.anyIn(Phrases.SHIPPED.daemons(), returnPath)
                || (returnPath.equals("<>")
                        && !Phrases.anyIn(
                                Phrases.SHIPPED.automaticReplySubjects(),
                                mail.header("subject").orElse("")));
    }

    private static boolean isDelay(String subject, BounceText bounceText) {
        String text = bounceText.text();
        return Phrases.anyIn(Phrases.SHIPPED.delay(), subject + "\n" + text)
                && !Phrases.anyIn(Phrases.SHIPPED.givenUp(), text);
    }

    /** RFC 3834 5, and the fields used before it. */
    private static boolean isAutomatic(MailParts mail) {
        return mail.header("auto-submitted")
                        .filter(v -> !v.toLowerCase(Locale.ROOT).startsWith("no"))
                        .isPresent()
                || mail.header("x-autoreply").isPresent()
                || mail.header("x-autorespond").isPresent()
                || mail.header("x-autoresponder").isPresent()
                || mail.header("x-mail-autoreply").isPresent()
                || mail.header("precedence")
                        .filter(v -> v.toLowerCase(Locale.ROOT).contains("auto_reply"))
                        .isPresent();
    }

    private static ReturnedMail only(ReturnKind kind, List<DecodedField> enclosed) {
        return new ReturnedMail(kind, Optional.empty(), List.of(), enclosed);
    }

    private static Optional<String> part(MailParts mail, String type) {
        return mail.parts().stream()
                .filter(p -> p.type().equals(type))
                .map(TextPart::text)
                .findFirst();
    }

    private static List<DecodedField> enclosed(MailParts mail, BounceText bounceText) {
        return mail.parts().stream()
                .filter(TextPart::isEnclosedMail)
                .map(p -> MailParts.headersOf(p.text()))
                .filter(headers -> !headers.isEmpty())
                .findFirst()
                .orElse(bounceText.original());
    }
}
