package facteur.mta.disposition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.config.yaml.YamlFile;
import facteur.mail.outcome.BounceCategory;
import facteur.mail.outcome.Stage;
import facteur.mail.smtp.EnhancedStatus;
import facteur.mail.smtp.Reply;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

@DisplayName("Reading refusals")
class BounceClassifierTest {
    private final BounceClassifier classifier = new BounceClassifier(BounceRulesReader.shipped());

    @ParameterizedTest
    @EnumSource(
            value = Stage.class,
            names = {"CONNECT", "BANNER", "EHLO", "STARTTLS", "MAIL"})
    @DisplayName("Before the recipient is named nothing proves it bad")
    void beforeRecipient(Stage stage) {
        Ruling ruling = rule(stage, Reply.of(550, "5.1.1 user unknown"));
        assertEquals(Meaning.SOFT, ruling.meaning());
    }

    @ParameterizedTest
    @EnumSource(
            value = Stage.class,
            names = {"RCPT", "DATA", "DOT", "REPORT"})
    @DisplayName("Afterwards the server is believed")
    void afterRecipient(Stage stage) {
        Ruling ruling = rule(stage, Reply.of(550, "5.1.1 user unknown"));
        assertEquals(Meaning.HARD, ruling.meaning());
        assertEquals(BounceCategory.BAD_MAILBOX, ruling.category());
    }

    @Test
    @DisplayName("A temporary code is never hard, whatever the words")
    void temporaryIsSoft() {
        assertEquals(Meaning.SOFT, rule(Stage.RCPT, Reply.of(450, "4.1.1 user unknown")).meaning());
        assertEquals(Meaning.SOFT, rule(Stage.RCPT, Reply.of(450, "5.1.1 no such user")).meaning());
    }

    @Test
    @DisplayName("5.7.1 alone never makes an address bad")
    void policyCode() {
        Ruling ruling = rule(Stage.RCPT, Reply.of(550, "5.7.1 zxcv qwer"));
        assertEquals(Meaning.SOFT, ruling.meaning());
        assertEquals(BounceCategory.POLICY_BLOCK, ruling.category());
    }

    @Test
    @DisplayName("Words outweigh the enhanced code")
    void wordsFirst() {
        assertEquals(
                BounceCategory.RATE_LIMITED,
                rule(Stage.RCPT, Reply.of(550, "5.1.1 too many recipients this hour")).category());
    }

    @Test
    @DisplayName("Lines of a reply are read as one text")
    void manyLines() {
        Reply reply =
                Reply.of(
                        550,
                        List.of(
                                "5.1.1 The email account that you",
                                "5.1.1 tried to reach does not exist"));
        assertEquals("google-no-such-user", rule(Stage.RCPT, reply).rule());
    }

    @Test
    @DisplayName("A provider's own rule applies when its host speaks")
    void providerByHost() {
        Reply reply = Reply.of(550, "5.5.0 requested action not taken: mailbox unavailable");
        Optional<String> host = Optional.of("example-org.mail.protection.outlook.com");
        assertEquals(
                "microsoft-consumer-unknown", classifier.classify(Stage.RCPT, host, reply).rule());
        assertFalse(rule(Stage.RCPT, reply).rule().startsWith("microsoft"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "554 <a@example.org>: no mailbox (#5.1.1) | 5.1.1",
                "550 #5.1.0 Address rejected | 5.1.0",
                "550 cuda_nsu 5.1.1 unknown | 5.1.1",
                "5.1.0 - Unknown address error 550-'5.2.2 full' | 5.2.2",
                "421 4.7.0 deferred - 4.16.55.1; see | 4.7.0",
                "550 from 5.1.1.1 refused | ''",
                "550 Exim 4.9.2 says no | ''",
                "550 mail version 5.2.1 | ''",
                "550 see v5.1.1/mail | ''",
                "550 5.7.509 access | 5.7.509",
                "554 30 sorry (554.30) | ''",
            })
    @DisplayName("Enhanced codes are found anywhere, addresses and versions are not taken for them")
    void enhancedCodes(String text, String status) {
        assertEquals(
                status.isEmpty() ? Optional.empty() : EnhancedStatus.parse(status),
                Refusal.of(text).status());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "550 5.1.1 <a.b+c@mx.example.org>: Unknown | <<addr>>: unknown",
                "550 from [192.0.2.1] or 2001:db8::1 | from [<ip>] or <ip>",
                "550 Boîte  PLEINE | boite pleine",
                "550 see https://x.example.org/a?b=c#d. | see <url>.",
                "550 mx1.example.org id 1a2b3c4d5e6f7g | <host> id <id>",
                "550 listed at zen.spamhaus.org | listed at spamhaus.org",
                "550 RESOLVER.ADR.RecipNotFound; x | resolver.adr.recipnotfound; x",
                "550-5.1.1 one 550-5.1.1 two | one two",
                "550 not found.Please check | not found.please check",
                "550 (a@example.org:blocked) | (<addr>:blocked)",
            })
    @DisplayName("What changes from mail to mail is masked")
    void masks(String text, String masked) {
        assertEquals(masked, Refusal.of(text).text());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "host mx[1.2.3.4] said: 550 5.1.1 no | 550",
                "smtp; 452 full | 452",
                "<<< 554 no such user | 554",
                "delivered 550 mails | 0",
                "remote server returned '550 5.1.1 x' | 550",
                "354 End data 451 4.3.0 error | 451",
            })
    @DisplayName("A reply quoted in a report is found, a mere number is not one")
    void quotedReplies(String text, int code) {
        assertEquals(code, Refusal.of(text).code());
    }

    @Test
    @DisplayName("A bad rule file is told with line and rule")
    void badRules() {
        String yaml =
                """
                version: "1"
                categories: { unknown: { about: site } }
                by_text:
                  - { id: a, category: unknown, text: ['('] }
                  - { id: a, category: unknwon }
                """;
        YamlFile.Read.Bad<BounceRules> bad = bad(BounceRulesReader.read(yaml, "bounces.yaml"));
        assertEquals(3, bad.problems().size());
        assertTrue(bad.problems().getFirst().toString().startsWith("bounces.yaml:4:"));
    }

    private static YamlFile.Read.Bad<BounceRules> bad(YamlFile.Read<BounceRules> read) {
        return switch (read) {
            case YamlFile.Read.Bad<BounceRules> bad -> bad;
            case YamlFile.Read.Good<BounceRules> _ -> throw new AssertionError("read as good");
        };
    }

    @Test
    @DisplayName("Each category says what to do, in both languages")
    void advice() {
        for (BounceCategory category : BounceCategory.values()) {
            Advice advice = classifier.rules().advice(category).orElseThrow();
            assertFalse(advice.english().isBlank() || advice.french().isBlank(), category::key);
        }
        assertInstanceOf(Advice.class, classifier.rules().advice("user-unknown").orElseThrow());
    }

    @Test
    @DisplayName("A long reply of a stranger costs no more than its first two thousand characters")
    void longReply() {
        String novel = "user ".repeat(100_000);
        assertTrue(Refusal.of("550 " + novel).text().length() <= ReplyNormalizer.MOST);
        assertEquals("unknown", rule(Stage.RCPT, Reply.of(550, novel)).rule());
    }

    private Ruling rule(Stage stage, Reply reply) {
        return classifier.classify(stage, Optional.empty(), reply);
    }

    @Test
    @DisplayName("Words that nobody knows are soft and unknown, whatever the basic code")
    void unknownWords() {
        SplittableRandom chance = new SplittableRandom(7);
        String[] statuses = {"", "5.0.0 ", "5.1.0 ", "5.2.0 ", "5.5.0 "};
        for (int i = 0; i < 5000; i++) {
            StringBuilder text = new StringBuilder(statuses[i % statuses.length]);
            for (int word = chance.nextInt(3, 12); word > 0; word--) {
                text.append("kwxz".charAt(chance.nextInt(4)));
                for (int syllable = chance.nextInt(1, 4); syllable > 0; syllable--) {
                    text.append("aeou".charAt(chance.nextInt(4)));
                    text.append("bgkpvwxz".charAt(chance.nextInt(8)));
                }
                text.append(' ');
            }
            int code = i % 2 == 0 ? 550 : 554;
            Ruling ruling = rule(Stage.RCPT, Reply.of(code, text.toString()));
            assertEquals(Meaning.SOFT, ruling.meaning(), text::toString);
            assertEquals(BounceCategory.UNKNOWN, ruling.category(), text::toString);
        }
    }

    @Test
    @DisplayName("Replies of one template are one wording, whatever ids they bear")
    void wordings() {
        assertEquals(
                wording("550 5.1.1 No such user a1si0 - gsmtp"),
                wording("550 5.1.1 No such user bb77si3 - gsmtp"));
        assertNotEquals(wording("550 5.1.1 No such user"), wording("550 5.7.1 No such user"));
        assertNotEquals(wording("550 5.1.1 No such user"), wording("550 5.1.1 Unknown user"));
    }

    private static String wording(String reply) {
        return BounceClassifier.wording(Reply.of(550, reply.substring(4)));
    }
}
