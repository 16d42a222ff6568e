package facteur.mail.token;

import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Turns tokens into text that nobody without the keys can read, make or change, and back.
 *
 * <pre>
 * head      1 octet: kind (3 bits), key id (5 bits); in clear, authenticated
 * V        16 octets: tag and synthetic counter start of AES-SIV ({@link AesSiv})
 * sealed    message (8), then by kind: recipient index (2), link index (2), target (UTF-8)
 * </pre>
 *
 * <p>An open is thus 27 octets, 36 characters of base64url: a pixel address is 39 characters longer
 * than the base URL, and one in sixty a character more or two, for no token holds two hyphens in a
 * row: a link in a conditional comment would end it.
 *
 * <p>A local part (return-path, or unsubscribing by mail) has the same layout with 8 octets of V
 * and an index of 1 octet where it fits: 29 characters of lower-case base 32 for the first 256
 * recipients, 31 for the rest, read back in any case. A server that forwards and rewrites the
 * sender (SRS: {@code SRS0=HHHH=TT=domain=local-part}) then stays within the 64 characters of RFC
 * 5321 4.5.3.1.1 for a prefix of two characters and a domain of 19.
 *
 * <p>The kind is authenticated, so a token made for one purpose is worthless for another. No clock
 * and no look-up is involved: what is sealed stays valid as long as its key lives.
 */
public final class TokenSeal {
    /**
     * Longest text that is read, in characters: 5500 for the longest target, and room for what
     * parts hyphens, three as a rule.
     */
    public static final int MAX_TEXT = 5600;

    private static final int OPEN = 0;
    private static final int CLICK = 1;
    private static final int UNSUBSCRIBE = 2;
    private static final int RETURN_PATH = 3;
    private static final int ANONYMOUS_OPEN = 4;
    private static final int ANONYMOUS_CLICK = 5;
    // Head, short tag, message, one octet of index.
    private static final int SHORTEST_LOCAL_PART = 1 + AesSiv.SHORT_TAG_OCTETS + 8 + 1;
    private static final int KEY_ID_MASK = SealKey.IDS - 1;
    private static final int KIND_SHIFT = 5;

    private final Keyring keyring;

    public TokenSeal(Keyring keyring) {
        this.keyring = keyring;
    }

    /**
     * The text of a token: base64url for URLs, and for a return-path what {@link #sealLocalPart}
     * makes. The same token under the same key is always the same text.
     */
    public String seal(Token token) {
        return switch (token) {
            case Token.Open open -> url(OPEN, body(open.recipient()));
            case Token.Click click ->
                    url(CLICK, withLink(body(click.recipient()), click.link(), click.target()));
            case Token.Unsubscribe unsubscribe -> url(UNSUBSCRIBE, body(unsubscribe.recipient()));
            case Token.ReturnPath path -> sealLocalPart(path);
            case Token.AnonymousOpen open -> url(ANONYMOUS_OPEN, body(open.message()));
            case Token.AnonymousClick click ->
                    url(
                            ANONYMOUS_CLICK,
                            withLink(body(click.message()), click.link(), click.target()));
        };
    }

    /**
     * The token behind the text from a URL. Empty for anything that {@link #seal} did not make with
     * a live key, whatever it is; never throws.
     */
    public Optional<Token> unseal(String text) {
        return text.length() > MAX_TEXT
                ? Optional.empty()
                : opened(TokenAlphabet.URL.decode(text)).filter(TokenSeal::belongsIntoUrl);
    }

    /**
     * The text of a token that goes into a local part: a return-path, or the address to which a
     * mail unsubscribes.
     */
    public String sealLocalPart(Token.Personal token) {
        int kind =
                switch (token) {
                    case Token.ReturnPath _ -> RETURN_PATH;
                    case Token.Unsubscribe _ -> UNSUBSCRIBE;
                    case Token.Open _, Token.Click _ ->
                            throw new IllegalArgumentException("nobody writes mail to a link");
                };
        SealKey key = keyring.current();
        byte head = (byte) (kind << KIND_SHIFT | key.id());
        byte[] body = shortBody(token.recipient());
        byte[] sealed = key.cipher().seal(localPartDatum(head), body, AesSiv.SHORT_TAG_OCTETS);
        byte[] octets = new byte[1 + sealed.length];
        octets[0] = head;
        System.arraycopy(sealed, 0, octets, 1, sealed.length);
        return TokenAlphabet.LOCAL_PART.encode(octets);
    }

    /** The token behind the text from a local part, in any case; never throws. */
    public Optional<Token.Personal> unsealLocalPart(String text) {
        boolean fits =
                text.length() == TokenAlphabet.LOCAL_PART.length(SHORTEST_LOCAL_PART)
                        || text.length()
                                == TokenAlphabet.LOCAL_PART.length(SHORTEST_LOCAL_PART + 1);
        byte[] octets = fits ? TokenAlphabet.LOCAL_PART.decode(text) : new byte[0];
        if (octets.length < SHORTEST_LOCAL_PART) {
            return Optional.empty();
        }
        byte[] sealed = Arrays.copyOfRange(octets, 1, octets.length);
        return keyring.withId(octets[0] & KEY_ID_MASK)
                .flatMap(
                        key ->
                                key.cipher()
                                        .open(
                                                localPartDatum(octets[0]),
                                                sealed,
                                                AesSiv.SHORT_TAG_OCTETS))
                .flatMap(body -> localPart((octets[0] & 0xff) >>> KIND_SHIFT, body));
    }

    /** The return-path behind the text from a local part, in any case; never throws. */
    public Optional<Token.ReturnPath> unsealReturnPath(String text) {
        return unsealLocalPart(text)
                .filter(Token.ReturnPath.class::isInstance)
                .map(Token.ReturnPath.class::cast);
    }

    private static Optional<Token.Personal> localPart(int kind, byte[] body) {
        ByteBuffer octets = ByteBuffer.wrap(body);
        MailId message = new MailId(octets.getLong());
        RecipientId recipient =
                message.recipient(
                        octets.remaining() == 1 ? octets.get() & 0xff : octets.getShort() & 0xffff);
        return switch (kind) {
            case RETURN_PATH -> Optional.of(new Token.ReturnPath(recipient));
            case UNSUBSCRIBE -> Optional.of(new Token.Unsubscribe(recipient));
            default -> Optional.empty();
        };
    }

    /** Keeps the short form apart from the one with the whole tag, under the same key. */
    private static byte[] localPartDatum(byte head) {
        return new byte[] {head, 'l', 'p'};
    }

    private static byte[] shortBody(RecipientId recipient) {
        byte[] body = body(recipient);
        if (recipient.index() > 0xff) {
            return body;
        }
        body[8] = body[9];
        return Arrays.copyOf(body, 9);
    }

    private static boolean belongsIntoUrl(Token token) {
        return !(token instanceof Token.ReturnPath);
    }

    private String url(int kind, byte[] body) {
        return TokenAlphabet.URL.encode(sealed(kind, body));
    }

    private byte[] sealed(int kind, byte[] body) {
        SealKey key = keyring.current();
        byte[] head = {(byte) (kind << KIND_SHIFT | key.id())};
        byte[] sealed = key.cipher().seal(head, body);
        byte[] octets = new byte[1 + sealed.length];
        octets[0] = head[0];
        System.arraycopy(sealed, 0, octets, 1, sealed.length);
        return octets;
    }

    private Optional<Token> opened(byte[] octets) {
        if (octets.length < 1 + AesSiv.TAG_OCTETS) {
            return Optional.empty();
        }
        byte[] head = {octets[0]};
        int kind = (head[0] & 0xff) >>> KIND_SHIFT;
        return keyring.withId(head[0] & KEY_ID_MASK)
                .flatMap(
                        key ->
                                key.cipher()
                                        .open(head, Arrays.copyOfRange(octets, 1, octets.length)))
                .flatMap(body -> token(kind, ByteBuffer.wrap(body)));
    }

    /** Sealed octets are our own, yet a later version may have sealed what this one cannot read. */
    private static Optional<Token> token(int kind, ByteBuffer body) {
        boolean personal = kind <= RETURN_PATH;
        boolean link = kind == CLICK || kind == ANONYMOUS_CLICK;
        int fixed = 8 + (personal ? 2 : 0) + (link ? 2 : 0);
        if (link ? body.remaining() <= fixed : body.remaining() != fixed) {
            return Optional.empty();
        }
        MailId message = new MailId(body.getLong());
        return switch (kind) {
            case OPEN -> Optional.of(new Token.Open(recipient(message, body)));
            case CLICK -> click(recipient(message, body), body);
            case UNSUBSCRIBE -> Optional.of(new Token.Unsubscribe(recipient(message, body)));
            case RETURN_PATH -> Optional.of(new Token.ReturnPath(recipient(message, body)));
            case ANONYMOUS_OPEN -> Optional.of(new Token.AnonymousOpen(message));
            case ANONYMOUS_CLICK -> anonymousClick(message, body);
            default -> Optional.empty();
        };
    }

    private static Optional<Token> click(RecipientId recipient, ByteBuffer body) {
        int link = body.getShort() & 0xffff;
        return target(body).map(target -> new Token.Click(recipient, link, target));
    }

    private static Optional<Token> anonymousClick(MailId message, ByteBuffer body) {
        int link = body.getShort() & 0xffff;
        return target(body).map(target -> new Token.AnonymousClick(message, link, target));
    }

    private static Optional<String> target(ByteBuffer body) {
        byte[] url = new byte[body.remaining()];
        body.get(url);
        return Optional.of(new String(url, StandardCharsets.UTF_8)).filter(LinkTarget::isFit);
    }

    private static RecipientId recipient(MailId message, ByteBuffer body) {
        return message.recipient(body.getShort() & 0xffff);
    }

    private static byte[] body(MailId message) {
        byte[] octets = new byte[8];
        ByteBuffer.wrap(octets).putLong(message.value());
        return octets;
    }

    private static byte[] body(RecipientId recipient) {
        byte[] octets = Arrays.copyOf(body(recipient.message()), 10);
        ByteBuffer.wrap(octets).putShort(8, (short) recipient.index());
        return octets;
    }

    private static byte[] withLink(byte[] body, int link, String target) {
        byte[] url = target.getBytes(StandardCharsets.UTF_8);
        byte[] octets = Arrays.copyOf(body, body.length + 2 + url.length);
        ByteBuffer.wrap(octets).putShort(body.length, (short) link);
        System.arraycopy(url, 0, octets, body.length + 2, url.length);
        return octets;
    }
}
