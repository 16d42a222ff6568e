package facteur.mta.feedback;

import facteur.config.yaml.Scalar;
import facteur.config.yaml.Section;
import facteur.config.yaml.ShippedFile;

import java.util.List;
import java.util.Locale;

/**
 * Words by which people recognise what kind of notice they have before them, in lower case; the
 * file {@code phrases.yaml} says what each list is.
 */
record Phrases(
        List<String> failureSubjects,
        List<String> failureWords,
        List<String> delay,
        List<String> givenUp,
        List<String> over,
        List<String> automaticReplySubjects,
        List<String> challenge,
        List<String> held,
        List<String> delivered,
        List<String> acknowledged,
        List<String> receiptSubjects,
        List<String> replySubjects,
        List<String> daemons,
        List<String> complaintSenders,
        List<String> complaintSubjects,
        List<String> complaintFields) {
    static final Phrases SHIPPED =
            ShippedFile.yaml(
                    Phrases.class,
                    "phrases.yaml",
                    file ->
                            new Phrases(
                                    list(file, "failure_subjects"),
                                    list(file, "failure_words"),
                                    list(file, "delay"),
                                    list(file, "given_up"),
                                    list(file, "final"),
                                    list(file, "automatic_reply_subjects"),
                                    list(file, "challenge"),
                                    list(file, "held"),
                                    list(file, "delivered"),
                                    list(file, "acknowledged"),
                                    list(file, "receipt_subjects"),
                                    list(file, "reply_subjects"),
                                    list(file, "daemons"),
                                    list(file, "complaint_senders"),
                                    list(file, "complaint_subjects"),
                                    list(file, "complaint_fields")));

    private static List<String> list(Section file, String key) {
        return file.list(key, Scalar.TEXT, List.of());
    }

    static boolean anyIn(List<String> phrases, String text) {
        String words = text.toLowerCase(Locale.ROOT);
        return phrases.stream().anyMatch(words::contains);
    }

    static boolean anyBegins(List<String> phrases, String text) {
        String words = text.strip().toLowerCase(Locale.ROOT);
        return phrases.stream().anyMatch(words::startsWith);
    }
}
