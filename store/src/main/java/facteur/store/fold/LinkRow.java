package facteur.store.fold;

import facteur.mail.event.ReadershipEvent;
import facteur.mail.message.Numbers;
import facteur.store.codec.CorruptRecord;
import facteur.store.codec.Decoder;
import facteur.store.codec.Encoder;
import facteur.store.query.LinkClicks;

import java.nio.ByteBuffer;
import java.util.Map;

/** How {@link LinkClicks} are stored, and what hits add to them. */
public final class LinkRow {
    private static final int MAX_TARGET = 500;

    private LinkRow() {}

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
    static Map<Key, LinkClicks> of(long campaign, ReadershipEvent.Counted counted) {
        if (Numbers.isNone(campaign)) {
            return Map.of();
        }
        long people = counted.isMachine() ? 0 : counted.hits();
        return Map.of(
                new Key(campaign, counted.link()),
                new LinkClicks(cut(counted.target()), false, 0, 0, people, counted.hits()));
    }

    /** What the clicks of one recipient on one link add, given what it had done before. */
    static LinkClicks change(String target, ClickRow before, ClickRow after) {
        return new LinkClicks(
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

    static byte[] encode(LinkClicks clicks) {
        return new Encoder()
                .octet(1)
                .text(clicks.target())
                .flag(clicks.varies())
                .number(clicks.people())
                .number(clicks.anybody())
                .number(clicks.hits())
                .number(clicks.allHits())
                .toBytes();
    }

    public static LinkClicks decode(byte[] octets) {
        Decoder from = new Decoder(octets);
        if (from.octet() != 1) {
            throw new CorruptRecord("link row in an unknown layout");
        }
        return new LinkClicks(
                from.text(),
                from.flag(),
                from.number(),
                from.number(),
                from.number(),
                from.number());
    }
}
