package facteur.mail.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;

import org.junit.jupiter.api.Test;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

class TokenSealTest {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
    private static final long SEED = 20261124;

    private final SecureRandom chance = new SecureRandom();
    private final Keyring ring = Keyring.create(NOW, chance);
    private final TokenSeal seal = new TokenSeal(ring);
    private final Random random = new Random(SEED);

    @Test
    void every_kind_comes_back_as_it_went() {
        for (int i = 0; i < 2000; i++) {
            Token token = any();
            assertEquals(Optional.of(token), back(token, seal, seal.seal(token)), "seed " + SEED);
        }
    }

    @Test
    void a_pixel_address_is_at_most_40_characters_longer_than_the_base() {
        String text = seal.seal(new Token.Open(new RecipientId(new MailId(-1), 0xffff)));
        int parted = text.split("-_[-_]", -1).length - 1; // one in sixty, and is a character more
        assertTrue(("/o/" + text).length() - parted <= 40, text);
    }

    /** One in a hundred would by chance, and then ends the comment that a link stands in. */
    @Test
    void no_token_holds_two_hyphens_in_a_row() {
        for (int i = 0; i < 5000; i++) {
            for (Token token : List.of(any(), new Token.Open(recipient()))) {
                String text = seal.seal(token);
                assertFalse(text.contains("--"), text);
                assertTrue(text.length() <= TokenSeal.MAX_TEXT, text);
                assertEquals(Optional.of(token), back(token, seal, text));
            }
        }
    }

    @Test
    void a_return_path_fits_a_local_part_and_survives_any_case() {
        Token.ReturnPath token = new Token.ReturnPath(recipient());
        String text = seal.seal(token);
        assertTrue(("b-" + text).length() <= 64, text);
        assertTrue(text.matches("[a-z2-7]+"), text);
        assertEquals(Optional.of(token), seal.unsealReturnPath(text.toUpperCase(Locale.ROOT)));
    }

    @Test
    void a_return_path_still_fits_once_a_forwarder_has_rewritten_it() {
        String text = seal.seal(new Token.ReturnPath(new RecipientId(new MailId(-1), 255)));
        String rewritten = "SRS0=HHHH=TT=bounces.example.org=b-" + text;
        assertTrue(rewritten.length() <= 64, rewritten + " has " + rewritten.length());
    }

    @Test
    void an_address_to_unsubscribe_at_is_no_return_path() {
        for (int index : new int[] {0, 255, 256, 0xffff}) {
            RecipientId recipient = new RecipientId(new MailId(42), index);
            Token.Unsubscribe leave = new Token.Unsubscribe(recipient);
            String text = seal.sealLocalPart(leave);
            assertEquals(Optional.of(leave), seal.unsealLocalPart(text));
            assertTrue(seal.unsealReturnPath(text).isEmpty());
            assertTrue(seal.unseal(text).isEmpty());
            Token.ReturnPath path = new Token.ReturnPath(recipient);
            assertEquals(Optional.of(path), seal.unsealLocalPart(seal.seal(path)));
        }
    }

    @Test
    void no_flipped_bit_goes_unnoticed() {
        for (Token token : oneOfEach()) {
            TokenAlphabet tokenAlphabet =
                    token instanceof Token.ReturnPath
                            ? TokenAlphabet.LOCAL_PART
                            : TokenAlphabet.URL;
            byte[] octets = tokenAlphabet.decode(seal.seal(token));
            for (int bit = 0; bit < octets.length * 8; bit++) {
                octets[bit / 8] ^= (byte) (1 << bit % 8);
                assertTrue(
                        back(token, seal, tokenAlphabet.encode(octets)).isEmpty(),
                        token + " " + bit);
                octets[bit / 8] ^= (byte) (1 << bit % 8);
            }
        }
    }

    @Test
    void one_token_has_one_spelling() {
        for (Token token : oneOfEach()) {
            if (token instanceof Token.ReturnPath) {
                continue; // its case is free on purpose
            }
            String text = seal.seal(token);
            for (int at = 0; at < text.length(); at++) {
                for (char c = 0; c < 256; c++) {
                    String other = text.substring(0, at) + c + text.substring(at + 1);
                    assertTrue(other.equals(text) || seal.unseal(other).isEmpty(), other);
                }
            }
            for (String more : List.of("=", "A", "AA", "\n", " ", ".", "/")) {
                assertTrue(seal.unseal(text + more).isEmpty());
                assertTrue(seal.unseal(more + text).isEmpty());
            }
        }
    }

    @Test
    void a_part_of_a_token_is_nothing() {
        for (Token token : oneOfEach()) {
            String text = seal.seal(token);
            IntStream.range(0, text.length())
                    .forEach(
                            end -> {
                                String part = text.substring(0, end);
                                assertTrue(back(token, seal, part).isEmpty());
                                String rest = text.substring(text.length() - end);
                                assertTrue(back(token, seal, rest).isEmpty());
                            });
        }
    }

    @Test
    void nothing_at_all_throws() {
        for (int i = 0; i < 20_000; i++) {
            char[] text = new char[random.nextInt(80)];
            for (int c = 0; c < text.length; c++) {
                text[c] =
                        (char)
                                (random.nextInt(4) == 0
                                        ? random.nextInt(65536)
                                        : random.nextInt(128));
            }
            assertTrue(seal.unseal(new String(text)).isEmpty());
            assertTrue(seal.unsealReturnPath(new String(text)).isEmpty());
        }
        assertTrue(seal.unseal("A".repeat(10_000_000)).isEmpty());
    }

    @Test
    void octets_made_without_the_key_are_refused() {
        for (int i = 0; i < 20_000; i++) {
            byte[] octets = new byte[17 + random.nextInt(60)];
            random.nextBytes(octets);
            octets[0] &= (byte) 0xe0; // the key id is no secret
            assertTrue(seal.unseal(TokenAlphabet.URL.encode(octets)).isEmpty());
        }
        TokenSeal stranger = new TokenSeal(Keyring.create(NOW, chance));
        for (Token token : oneOfEach()) {
            assertTrue(back(token, seal, stranger.seal(token)).isEmpty());
        }
    }

    @Test
    void a_token_of_one_kind_does_not_serve_as_another() {
        Token.ReturnPath path = new Token.ReturnPath(recipient());
        byte[] octets = TokenAlphabet.LOCAL_PART.decode(seal.seal(path));
        assertTrue(seal.unseal(TokenAlphabet.URL.encode(octets)).isEmpty());
        byte[] open = TokenAlphabet.URL.decode(seal.seal(new Token.Open(recipient())));
        assertTrue(seal.unsealReturnPath(TokenAlphabet.LOCAL_PART.encode(open)).isEmpty());
    }

    @Test
    void halves_of_two_tokens_do_not_make_a_third() {
        byte[] one = TokenAlphabet.URL.decode(seal.seal(new Token.Open(recipient())));
        byte[] other = TokenAlphabet.URL.decode(seal.seal(new Token.Open(recipient())));
        for (int at = 1; at < one.length; at++) {
            byte[] mixed = one.clone();
            System.arraycopy(other, at, mixed, at, one.length - at);
            boolean whole = Arrays.equals(mixed, one) || Arrays.equals(mixed, other);
            assertEquals(whole, seal.unseal(TokenAlphabet.URL.encode(mixed)).isPresent());
        }
    }

    @Test
    void after_one_rotation_old_tokens_work_and_after_two_they_do_not() {
        Keyring second = ring.rotate(NOW.plusSeconds(1), chance);
        Keyring third = second.rotate(NOW.plusSeconds(2), chance);
        for (Token token : oneOfEach()) {
            String text = seal.seal(token);
            assertEquals(Optional.of(token), back(token, new TokenSeal(second), text));
            assertTrue(back(token, new TokenSeal(third), text).isEmpty());
            assertFalse(new TokenSeal(second).seal(token).equals(text));
        }
        assertEquals(Keyring.LIVE, third.keys().size());
        assertEquals(List.of(2, 1), third.keys().stream().map(Keyring.KeyInfo::id).toList());
    }

    @Test
    void forty_rotations_never_give_two_live_keys_one_id() {
        Keyring turning = ring;
        for (int i = 0; i < 40; i++) {
            turning = turning.rotate(NOW, chance);
            assertFalse(turning.keys().get(0).id() == turning.keys().get(1).id());
        }
    }

    @Test
    void an_anonymous_token_holds_no_recipient() {
        MailId message = new MailId(42);
        Set<String> texts = new HashSet<>();
        for (int recipient = 0; recipient < 3; recipient++) {
            texts.add(seal.seal(new Token.AnonymousOpen(message)));
        }
        assertEquals(1, texts.size());
    }

    private List<Token> oneOfEach() {
        return List.of(
                new Token.Open(recipient()),
                new Token.Click(recipient(), 7, "https://shop.example/a?b=c&d=é#top"),
                new Token.Unsubscribe(recipient()),
                new Token.ReturnPath(recipient()),
                new Token.AnonymousOpen(recipient().message()),
                new Token.AnonymousClick(recipient().message(), 65535, "http://x.example"));
    }

    private Token any() {
        List<Token> kinds = new ArrayList<>(oneOfEach());
        kinds.add(
                new Token.Click(
                        recipient(),
                        random.nextInt(65536),
                        "https://x.example/" + "é~".repeat(random.nextInt(1300))));
        return kinds.get(random.nextInt(kinds.size()));
    }

    private RecipientId recipient() {
        return new RecipientId(new MailId(random.nextLong()), random.nextInt(65536));
    }

    private static Optional<Token> back(Token like, TokenSeal seal, String text) {
        return like instanceof Token.ReturnPath
                ? seal.unsealReturnPath(text).map(Token.class::cast)
                : seal.unseal(text);
    }
}
