package facteur.message.render;

import facteur.mail.address.Address;
import facteur.mail.address.Domain;
import facteur.mail.message.Content;
import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;
import facteur.mail.message.Tracking;
import facteur.mail.token.Keyring;
import facteur.mail.token.Token;
import facteur.mail.token.TokenSeal;
import facteur.message.dkim.DkimSigner;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;

/** One sender, one recipient, one tracker. */
public final class Fixture {
    public static final String BASE = "https://t.shop.example";
    public static final Instant NOW = Instant.parse("2026-01-05T10:00:00Z");
    static final RecipientId RECIPIENT = new RecipientId(new MailId(0x123456789abcdefL), 7);
    static final TokenSeal SEAL = new TokenSeal(Keyring.create(NOW, new SecureRandom()));
    static final Domain BOUNCES = new Domain("bounces.shop.example");

    private Fixture() {}

    public static RecipientCopy copy(Tracking tracking) {
        return copy(tracking, Optional.empty(), DkimSigner.NONE);
    }

    public static RecipientCopy copy(
            Tracking tracking, Optional<String> campaign, DkimSigner signer) {
        Address reader = new Address("reader", new Domain("mail.example"));
        return new RecipientCopy(
                RECIPIENT,
                reader,
                tracking,
                BASE,
                SEAL,
                campaign,
                Optional.of(BOUNCES),
                BOUNCES,
                signer,
                NOW);
    }

    /** The same where nobody listens for what comes back. */
    public static RecipientCopy withoutReturnPath(RecipientCopy recipientCopy) {
        return new RecipientCopy(
                recipientCopy.recipient(),
                recipientCopy.address(),
                recipientCopy.tracking(),
                recipientCopy.baseUrl(),
                recipientCopy.seal(),
                recipientCopy.campaign(),
                Optional.empty(),
                recipientCopy.hostname(),
                recipientCopy.signer(),
                recipientCopy.at());
    }

    public static RenderedCopy render(byte[] message, RecipientCopy recipientCopy) {
        try {
            Content content = Content.of(message);
            return Rendering.render(content, MimeMap.of(content), recipientCopy);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static byte[] octets(Content content) {
        try (InputStream in = content.open()) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static String latin(byte[] octets) {
        return new String(octets, StandardCharsets.ISO_8859_1);
    }

    public static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The target behind a link of ours, or the URL itself. */
    public static String target(String url) {
        if (!url.startsWith(BASE + "/c/")) {
            return url;
        }
        return switch (SEAL.unseal(url.substring(BASE.length() + 3)).orElseThrow()) {
            case Token.Click click -> click.target();
            case Token.AnonymousClick click -> click.target();
            case Token.Open _, Token.AnonymousOpen _, Token.Unsubscribe _, Token.ReturnPath _ ->
                    throw new AssertionError("not a click: " + url);
        };
    }

    /** A message with one HTML part that stands as it is. */
    public static byte[] html(String html) {
        String header =
                String.join(
                        "\r\n",
                        "From: Shop <news@shop.example>",
                        "To: reader@mail.example",
                        "Subject: x",
                        "MIME-Version: 1.0",
                        "Content-Type: text/html; charset=utf-8",
                        "Content-Transfer-Encoding: 8bit",
                        "",
                        "");
        return (header + html).getBytes(StandardCharsets.UTF_8);
    }
}
