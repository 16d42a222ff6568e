package facteur.mta.feedback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mta.disposition.BounceClassifier;
import facteur.mta.disposition.BounceRulesReader;
import facteur.mta.disposition.Meaning;
import facteur.mta.disposition.Samples;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

@DisplayName("Mail that came back, from the labelled samples")
class SampleReturnsTest {
    private final ReturnedMailReader reader =
            new ReturnedMailReader(new BounceClassifier(BounceRulesReader.shipped()));

    @Test
    @DisplayName("Recipients are found, classes are right, and nothing else is taken for a bounce")
    void samples() throws IOException {
        int expected = 0;
        int found = 0;
        int judged = 0;
        int right = 0;
        int categories = 0;
        int falseBounces = 0;
        List<String> wrong = new ArrayList<>();
        for (Map<String, String> row : Samples.table("dsn.tsv")) {
            ReturnedMail mail = reader.read(Samples.bytes("dsn/" + row.get("file")));
            String address = row.getOrDefault("expected_recipient", "");
            String meaning = row.getOrDefault("expected", "");
            if (meaning.equals("other")) {
                boolean bounce =
                        mail.kind() == ReturnKind.FAILURE || mail.kind() == ReturnKind.DELAY;
                falseBounces += bounce ? 1 : 0;
            }
            if (address.isEmpty()) {
                note(
                        wrong,
                        row,
                        mail,
                        mail.kind() == ReturnKind.OTHER || mail.kind() == ReturnKind.AUTO_REPLY);
                continue;
            }
            expected++;
            Optional<ReportedRecipient> recipient =
                    mail.recipients().stream().filter(r -> isNamed(r, address)).findFirst();
            found += recipient.isPresent() ? 1 : 0;
            Optional<ReportedRecipient> judgedOne =
                    recipient.or(() -> mail.recipients().stream().findFirst());
            judged++;
            boolean good = judgedOne.filter(r -> word(r).equals(meaning)).isPresent();
            right += good ? 1 : 0;
            boolean category =
                    judgedOne
                            .filter(
                                    r ->
                                            r.ruling()
                                                    .map(x -> x.category().key())
                                                    .orElse("delivered")
                                                    .equals(row.get("category")))
                            .isPresent();
            categories += category ? 1 : 0;
            note(wrong, row, mail, recipient.isPresent() && good && category);
        }
        System.out.printf(
                "Returns: recipients %d of %d, class %d of %d, category %d, false bounces %d%n",
                found, expected, right, judged, categories, falseBounces);
        wrong.forEach(System.out::println);
        assertTrue(found >= 0.97 * expected, "found " + found + " of " + expected);
        assertTrue(right >= 0.95 * judged, "right " + right + " of " + judged);
        assertEquals(0, falseBounces);
    }

    /** First, or kept beside the address that the returned mail shows that it was written to. */
    private static boolean isNamed(ReportedRecipient recipient, String address) {
        return AddressScanner.equal(recipient.address(), address)
                || recipient.others().stream().anyMatch(it -> AddressScanner.equal(it, address));
    }

    private static String word(ReportedRecipient recipient) {
        return recipient
                .ruling()
                .map(r -> r.meaning() == Meaning.HARD ? "hard" : "soft")
                .orElse("other");
    }

    private static void note(
            List<String> wrong, Map<String, String> row, ReturnedMail mail, boolean good) {
        if (!good) {
            wrong.add(
                    "  "
                            + row.get("file")
                            + " expected "
                            + row.get("expected_recipient")
                            + " "
                            + row.get("expected")
                            + " "
                            + row.get("category")
                            + " ("
                            + row.get("ambiguous")
                            + ")\n    was "
                            + mail.kind()
                            + " "
                            + mail.recipients().stream().map(SampleReturnsTest::shown).toList());
        }
    }

    private static String shown(ReportedRecipient r) {
        return r.address()
                + " "
                + r.kind()
                + " "
                + r.ruling().map(x -> x.meaning() + " " + x.category() + " " + x.rule()).orElse("-")
                + " "
                + r.status().orElse(null)
                + " "
                + r.diagnostic();
    }

    @Test
    @DisplayName("Every feedback report is resolved to its recipient, and none is a bounce")
    void complaints() throws IOException {
        for (Map<String, String> row : Samples.table("arf.tsv")) {
            ReturnedMail mail = reader.read(Samples.bytes("arf/" + row.get("file")));
            assertEquals(ReturnKind.COMPLAINT, mail.kind(), row.get("file"));
            assertEquals(row.get("feedback_type"), mail.feedbackType().orElse(""), row.get("file"));
            assertEquals(
                    List.of(row.getOrDefault("expected_recipients", "")),
                    mail.recipients().stream().map(ReportedRecipient::address).toList(),
                    row.get("file"));
            assertEquals("abuse".equals(row.get("feedback_type")), mail.isReadersComplaint());
        }
    }
}
