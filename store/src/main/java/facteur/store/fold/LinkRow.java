package facteur.store.fold;

import facteur.mail.event.ReadershipEvent;
import facteur.mail.message.Numbers;
import facteur.store.codec.Decoder;
import facteur.store.codec.Encoder;

import java.nio.ByteBuffer;
import java.util.Map;

/**
 * Clicks on one link of a campaign. Links are told apart by their place in the message: where each
 * recipient has an address of its own, there would be as many rows as recipients.
 *
 * @param target where it leads; of several the first by alphabet
 * @param varies whether there are several
 * @param people recipients who followed it
 * @param anybody robots included
 * @param hits of people
 * @param allHits robots included
 */
public record LinkRow(
        String target, boolean varies, long people, long anybody, long hits, long allHits) {
    private static final int MAX_TARGET = 500;

    /** One link of a campaign, by its place in the message. */
    record Key(long campaign, int link) {
        byte[] key() {
            return ByteBuffer.allocate(12).putLong(campaign).putInt(link).array();
        }
    }

    /** The row of the pixel, which is no link. */
    public static byte[] pixel(long campaign) {
        return new Key(campaign, ReadershipEvent.Counted.PIXEL).key();
    }

    public static boolean isPixel(byte[] key) {
        return ByteBuffer.wrap(key).getInt(Long.BYTES) == ReadershipEvent.Counted.PIXEL;
    }

    /** Hits that were counted without names: how many people that is, is not known. */
    static Map<Key, LinkRow> of(long campaign, ReadershipEvent.Counted counted) {
        if (Numbers.isNone(campaign)) {
            return Map.of();
        }
        long people = counted.isMachine() ? 0 : counted.hits();
        return Map.of(
                new Key(campaign, counted.link()),
                new LinkRow(cut(counted.target()), false, 0, 0, people, counted.hits()));
    }

    /** What the clicks of one recipient on one link add, given what it had done before. */
    static LinkRow change(String target, ClickRow before, ClickRow after) {
        return new LinkRow(
                cut(target),
                false,
                one(after.people()) - one(before.people()),
                one(after.all()) - one(before.all()),
                after.people() - before.people(),
                after.all() - before.all());
    }

    private static long one(long hits) {
        return hits > 0 ? 1 : 0;
    }

    private static String cut(String target) {
        return target.length() <= MAX_TARGET ? target : target.substring(0, MAX_TARGET);
    }

    LinkRow plus(LinkRow other) {
        return new LinkRow(
                first(other),
                isVaried(other),
                people + other.people,
                anybody + other.anybody,
                hits + other.hits,
                allHits + other.allHits);
    }

    private String first(LinkRow other) {
        return target.compareTo(other.target) <= 0 ? target : other.target;
    }

    private boolean isVaried(LinkRow other) {
        return varies || other.varies || !target.equals(other.target);
    }

    byte[] encode() {
        return new Encoder()
                .octet(1)
                .text(target)
                .flag(varies)
                .number(people)
                .number(anybody)
                .number(hits)
                .number(allHits)
                .toBytes();
    }

    public static LinkRow decode(byte[] octets) {
        Decoder from = new Decoder(octets);
        if (from.octet() != 1) {
            throw new facteur.store.codec.CorruptRecord("link row in an unknown layout");
        }
        return new LinkRow(
                from.text(),
                from.flag(),
                from.number(),
                from.number(),
                from.number(),
                from.number());
    }
}
