package facteur.store.fold;

import facteur.store.codec.CorruptRecord;
import facteur.store.codec.Decoder;
import facteur.store.codec.Encoder;
import facteur.store.query.Readership;

import java.time.Instant;
import java.util.Optional;

/** How a {@link Readership} is stored, under its contact. */
public final class ReaderRow {
    private ReaderRow() {}

    public static Optional<Readership> find(Rows rows, long contact) {
        return rows.get(Table.READERS, Keys.contact(contact)).map(ReaderRow::decode);
    }

    static void put(Rows rows, long contact, Readership readership) {
        rows.put(Table.READERS, Keys.contact(contact), encode(readership));
    }

    static Readership seen(Readership known, Instant day) {
        return new Readership(
                day.isAfter(known.lastSeen()) ? day : known.lastSeen(), known.declined());
    }

    static Readership declinedAt(Readership known, Instant at) {
        return new Readership(
                known.lastSeen(),
                known.isDeclined() && known.declined().isBefore(at) ? known.declined() : at);
    }

    private static byte[] encode(Readership readership) {
        return new Encoder()
                .octet(1)
                .instant(readership.lastSeen())
                .instant(readership.declined())
                .toBytes();
    }

    private static Readership decode(byte[] octets) {
        Decoder from = new Decoder(octets);
        if (from.octet() != 1) {
            throw new CorruptRecord("reader row in an unknown layout");
        }
        return new Readership(from.instant(), from.instant());
    }
}
