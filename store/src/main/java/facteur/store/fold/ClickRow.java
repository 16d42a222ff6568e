package facteur.store.fold;

import facteur.store.codec.CorruptRecord;
import facteur.store.codec.Decoder;
import facteur.store.codec.Encoder;

/**
 * How often one recipient followed one link.
 *
 * @param people hits that are taken for a person's
 * @param all robots included
 */
record ClickRow(long people, long all) {
    static final ClickRow NONE = new ClickRow(0, 0);

    ClickRow plus(ClickRow more) {
        return new ClickRow(people + more.people, all + more.all);
    }

    byte[] encode() {
        return new Encoder().octet(1).number(people).number(all).toBytes();
    }

    static ClickRow decode(byte[] octets) {
        Decoder from = new Decoder(octets);
        if (from.octet() != 1) {
            throw new CorruptRecord("click row in an unknown layout");
        }
        return new ClickRow(from.number(), from.number());
    }
}
