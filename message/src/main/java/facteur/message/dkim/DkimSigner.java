package facteur.message.dkim;

import facteur.mail.address.Domain;
import facteur.mail.message.Content;
import facteur.message.mime.HeaderBlock;
import facteur.message.mime.HeaderReader;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Signs messages for the domain of their author (RFC 6376), once with each of its keys: RSA for
 * all, Ed25519 (RFC 8463) for those who know it. Header and body are canonicalized "relaxed", so
 * that folding and trailing blanks may change on the way.
 *
 * <p>Fields that mean something to a reader are listed once more often than they stand, so none can
 * be added later (RFC 6376 8.15). The body is hashed as it streams, and never cut short: there is
 * no {@code l=}.
 */
public final class DkimSigner {
    /** What signs nothing. */
    public static final DkimSigner NONE = new DkimSigner(List.of());

    private static final List<String> SIGNED =
            List.of(
                    "from",
                    "to",
                    "cc",
                    "subject",
                    "date",
                    "reply-to",
                    "message-id",
                    "mime-version",
                    "content-type",
                    "content-transfer-encoding",
                    "list-unsubscribe",
                    "list-unsubscribe-post",
                    "sender",
                    "in-reply-to",
                    "references",
                    "list-id",
                    "list-help",
                    "list-post",
                    "list-owner",
                    "list-archive",
                    "list-subscribe",
                    "feedback-id",
                    "auto-submitted");
    private static final Set<String> OVERSIGNED = Set.copyOf(SIGNED.subList(0, 12));

    /** Fields of one name that are signed; none of these is meant to stand even twice. */
    private static final int MAX_SAME = 50;

    private static final int LINE = 72;
    private static final int CHUNK = 16 * 1024;

    private final List<DkimKey> keys;

    public DkimSigner(List<DkimKey> keys) {
        this.keys = List.copyOf(keys);
    }

    /** Whether mail of that domain is signed here: it, or a domain above it, has a key. */
    public boolean covers(Domain domain) {
        return !keysFor(domain).isEmpty();
    }

    /** The keys of the closest domain, which is the domain itself or one above it. */
    public List<DkimKey> keysFor(Domain author) {
        Optional<Domain> closest =
                keys.stream()
                        .map(DkimKey::domain)
                        .filter(author::isWithin)
                        .max(Comparator.comparingInt(domain -> domain.name().length()));
        return closest.map(
                        domain -> keys.stream().filter(key -> key.domain().equals(domain)).toList())
                .orElse(List.of());
    }

    /**
     * The signature fields to be put in front of {@code message}; none when its author has no
     * domain of ours, or cannot be told.
     */
    public byte[] sign(Content message, Instant at) throws IOException {
        if (keys.isEmpty()) {
            return new byte[0];
        }
        HeaderBlock header = HeaderReader.read(message).orElse(HeaderBlock.of(new byte[0]));
        List<DkimKey> own = FromDomain.of(header).map(this::keysFor).orElse(List.of());
        if (own.isEmpty()) {
            return new byte[0];
        }
        String bodyHash = base64(bodyHash(message, header.length()));
        Map<String, List<HeaderBlock.Field>> signed = signed(header);
        List<String> names = names(signed);
        byte[] canonical = canonical(header, signed);
        ByteArrayOutputStream fields = new ByteArrayOutputStream();
        for (DkimKey key : own) {
            fields.writeBytes(field(key, names, canonical, bodyHash, at));
        }
        return fields.toByteArray();
    }

    private static byte[] field(
            DkimKey key, List<String> names, byte[] canonical, String bodyHash, Instant at) {
        String unsigned =
                "DKIM-Signature: v=1; a=%s; c=relaxed/relaxed; d=%s; s=%s;\r\n\tt=%d; h=%s;\r\n\tbh=%s;\r\n\tb="
                        .formatted(
                                key.algorithm().tag(),
                                key.domain(),
                                key.selector(),
                                at.getEpochSecond(),
                                folded(names),
                                bodyHash);
        ByteArrayOutputStream signed = new ByteArrayOutputStream(canonical.length + 512);
        signed.writeBytes(canonical);
        byte[] own = unsigned.getBytes(StandardCharsets.US_ASCII);
        RelaxedHeader.write(own, HeaderBlock.of(own).fields().getFirst(), signed, false);
        String signature = base64(key.sign(signed.toByteArray()));
        return (unsigned + cut(signature) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** The fields to be signed, by name, from the bottom up (RFC 6376 5.4.2). */
    private static Map<String, List<HeaderBlock.Field>> signed(HeaderBlock header) {
        Map<String, List<HeaderBlock.Field>> byName = new LinkedHashMap<>();
        SIGNED.forEach(name -> byName.put(name, new ArrayList<>()));
        for (HeaderBlock.Field field : header.fields().reversed()) {
            List<HeaderBlock.Field> same = byName.get(field.name());
            if (same != null && same.size() < MAX_SAME) {
                same.add(field);
            }
        }
        return byName;
    }

    /** The names in the order they are signed in, each as often as it stands, some once more. */
    private static List<String> names(Map<String, List<HeaderBlock.Field>> signed) {
        List<String> names = new ArrayList<>();
        signed.forEach(
                (name, fields) -> {
                    int count = fields.size() + (OVERSIGNED.contains(name) ? 1 : 0);
                    names.addAll(Collections.nCopies(count, name));
                });
        return names;
    }

    private static byte[] canonical(
            HeaderBlock header, Map<String, List<HeaderBlock.Field>> signed) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(2048);
        byte[] octets = header.octets(0, header.length());
        for (List<HeaderBlock.Field> fields : signed.values()) {
            fields.forEach(field -> RelaxedHeader.write(octets, field, out, true));
        }
        return out.toByteArray();
    }

    private static byte[] bodyHash(Content message, long from) throws IOException {
        RelaxedBody body = new RelaxedBody(sha256());
        byte[] chunk = new byte[CHUNK];
        try (InputStream in = message.open(from, message.size() - from)) {
            int read;
            while ((read = in.read(chunk)) > 0) {
                body.update(chunk, 0, read);
            }
        }
        return body.finish();
    }

    private static String folded(List<String> names) {
        StringBuilder out = new StringBuilder();
        int column = 20;
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i) + (i + 1 < names.size() ? ":" : "");
            if (column + name.length() > LINE) {
                out.append("\r\n\t ");
                column = 9;
            }
            out.append(name);
            column += name.length();
        }
        return out.toString();
    }

    private static String cut(String signature) {
        StringBuilder out = new StringBuilder();
        for (int at = 0; at < signature.length(); at += LINE) {
            out.append(at == 0 ? "" : "\r\n\t ");
            out.append(signature, at, Math.min(signature.length(), at + LINE));
        }
        return out.toString();
    }

    private static String base64(byte[] octets) {
        return Base64.getEncoder().encodeToString(octets);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
