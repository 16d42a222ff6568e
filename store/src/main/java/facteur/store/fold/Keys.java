package facteur.store.fold;

import facteur.mail.address.AddressKey;
import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;
import facteur.mail.message.Tenant;
import facteur.mail.outcome.BounceCategory;
import facteur.mail.status.Status;
import facteur.store.codec.Encoder;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;

/** Keys, whose octets sort as what they stand for. */
public final class Keys {
    // LMDB allows 511 octets; longer names are cut, with a hash to keep them apart.
    private static final int MAX_TEXT = 480;

    private static final int TENANT = Short.BYTES;

    private Keys() {}

    public static byte[] message(MailId id) {
        return ByteBuffer.allocate(8).putLong(id.value()).array();
    }

    public static byte[] recipient(RecipientId id) {
        return ByteBuffer.allocate(10)
                .putLong(id.message().value())
                .putShort((short) id.index())
                .array();
    }

    /** The recipient that the ten octets from {@code offset} on name. */
    public static RecipientId recipient(byte[] key, int offset) {
        ByteBuffer from = ByteBuffer.wrap(key);
        return new RecipientId(
                new MailId(from.getLong(offset)), from.getShort(offset + 8) & 0xffff);
    }

    static byte[] timeline(RecipientId id, long millis, long hash) {
        return ByteBuffer.allocate(26).put(recipient(id)).putLong(millis).putLong(hash).array();
    }

    /** A number of a recipient's, such as a time in milliseconds. */
    public static byte[] moment(RecipientId id, long number) {
        return ByteBuffer.allocate(18).put(recipient(id)).putLong(number).array();
    }

    /** The time in a key of {@link Table#TIMELINE}, or of {@link #moment}. */
    public static long millis(byte[] key) {
        return ByteBuffer.wrap(key).getLong(10);
    }

    /** One link of a recipient's copy. */
    static byte[] click(RecipientId id, int link) {
        return ByteBuffer.allocate(14).put(recipient(id)).putInt(link).array();
    }

    static byte[] rule(RecipientId id, String rule) {
        return moment(id, hash(rule.getBytes(StandardCharsets.UTF_8)));
    }

    public static byte[] contact(long contact) {
        return ByteBuffer.allocate(8).putLong(contact).array();
    }

    public static byte[] contactMessage(long contact, RecipientId id) {
        return ByteBuffer.allocate(18).putLong(contact).put(recipient(id)).array();
    }

    public static byte[] campaign(long campaign) {
        return contact(campaign);
    }

    public static byte[] cell(long campaign, long contact) {
        return ByteBuffer.allocate(16).putLong(campaign).putLong(contact).array();
    }

    static byte[] cell(long campaign, long contact, RecipientId id) {
        return ByteBuffer.allocate(26).put(cell(campaign, contact)).put(recipient(id)).array();
    }

    /** The statuses of a campaign in one of the two views of robots. */
    @SuppressWarnings("EnumOrdinal") // The place is the stored format.
    public static byte[] byStatus(long campaign, boolean robots, Status status) {
        return ByteBuffer.allocate(10)
                .putLong(campaign)
                .put((byte) (robots ? 1 : 0))
                .put((byte) status.ordinal())
                .array();
    }

    public static byte[] byStatus(long campaign, boolean robots, Status status, RecipientId id) {
        return ByteBuffer.allocate(20)
                .put(byStatus(campaign, robots, status))
                .put(recipient(id))
                .array();
    }

    /** What is owed to a domain. */
    public static byte[] due(String domain) {
        byte[] octets = text(domain);
        return Arrays.copyOf(octets, octets.length + 1);
    }

    public static byte[] due(String domain, Instant at, RecipientId id) {
        byte[] prefix = due(domain);
        return ByteBuffer.allocate(prefix.length + 18)
                .put(prefix)
                .putLong(at.toEpochMilli())
                .put(recipient(id))
                .array();
    }

    /** Recipients at a domain; another domain with the same hash is told apart by their rows. */
    public static byte[] domain(String domain) {
        return contact(hash(domain.getBytes(StandardCharsets.UTF_8)));
    }

    static byte[] domain(String domain, RecipientId id) {
        return ByteBuffer.allocate(18).put(domain(domain)).put(recipient(id)).array();
    }

    /** Recipients of a campaign whose last refusal was of one category. */
    @SuppressWarnings("EnumOrdinal") // The place is the stored format.
    public static byte[] reason(long campaign, BounceCategory category) {
        return ByteBuffer.allocate(9).putLong(campaign).put((byte) category.ordinal()).array();
    }

    static byte[] reason(long campaign, BounceCategory category, RecipientId id) {
        return ByteBuffer.allocate(19).put(reason(campaign, category)).put(recipient(id)).array();
    }

    /** Messages whose Message-ID field has this text; several may have. */
    public static byte[] messageId(String field) {
        return contact(hash(field.getBytes(StandardCharsets.UTF_8)));
    }

    static byte[] messageId(String field, MailId id) {
        return ByteBuffer.allocate(16).put(messageId(field)).putLong(id.value()).array();
    }

    /** The number that a key of eight octets is. */
    public static long number(byte[] key) {
        return ByteBuffer.wrap(key).getLong();
    }

    static byte[] segment(long number) {
        return contact(number);
    }

    /** An address among those of its tenant. */
    public static byte[] address(Tenant tenant, AddressKey key) {
        return name(tenant, key.value());
    }

    /** A name, or the beginning of one, among those of its tenant. */
    public static byte[] name(Tenant tenant, String name) {
        byte[] octets = text(name);
        return ByteBuffer.allocate(TENANT + octets.length)
                .putShort((short) tenant.number())
                .put(octets)
                .array();
    }

    /** The name that a key of {@link #name} is; cut where it was too long. */
    public static String name(byte[] key) {
        return new String(key, TENANT, key.length - TENANT, StandardCharsets.UTF_8);
    }

    /** A text as a key. */
    public static byte[] text(String text) {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        if (octets.length <= MAX_TEXT) {
            return octets;
        }
        byte[] hash = new Encoder().fixed(hash(octets)).toBytes();
        byte[] cut = Arrays.copyOf(octets, MAX_TEXT + hash.length);
        System.arraycopy(hash, 0, cut, MAX_TEXT, hash.length);
        return cut;
    }

    /** The smallest key behind everything under {@code prefix}. */
    public static byte[] behind(byte[] prefix) {
        byte[] next = prefix.clone();
        for (int i = next.length - 1; i >= 0; i--) {
            if (++next[i] != 0) {
                return Arrays.copyOf(next, i + 1);
            }
        }
        byte[] last = new byte[511];
        Arrays.fill(last, (byte) 0xff);
        return last;
    }

    /** 64 bits of FNV-1a with a final mix: tells apart what one recipient's timeline holds. */
    static long hash(byte[] octets) {
        long hash = 0xcbf29ce484222325L;
        for (byte octet : octets) {
            hash = (hash ^ (octet & 0xff)) * 0x100000001b3L;
        }
        hash ^= hash >>> 32;
        return hash * 0x9e3779b97f4a7c15L;
    }
}
