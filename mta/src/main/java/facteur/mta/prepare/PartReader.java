package facteur.mta.prepare;

import facteur.mail.message.Content;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/** One part in memory: as it stands, decoded, and how places in one lead to places in the other. */
final class PartReader {
    private final MimeScanner.Leaf leaf;
    private final TransferEncoding encoding;
    private final byte[] raw;
    private final byte[] decoded;
    private final IntUnaryOperator places; // of decoded octets in raw

    private PartReader(
            MimeScanner.Leaf leaf,
            TransferEncoding encoding,
            byte[] raw,
            byte[] decoded,
            IntUnaryOperator places) {
        this.leaf = leaf;
        this.encoding = encoding;
        this.raw = raw;
        this.decoded = decoded;
        this.places = places;
    }

    /** Empty when the transfer encoding is unknown or broken. */
    static Optional<PartReader> open(Content content, MimeScanner.Leaf leaf) throws IOException {
        Optional<TransferEncoding> encoding = TransferEncoding.of(leaf.encoding());
        if (encoding.isEmpty()) {
            return Optional.empty();
        }
        byte[] raw = content.read(leaf.from(), leaf.to());
        IntUnaryOperator same = IntUnaryOperator.identity();
        return switch (encoding.get()) {
            case IDENTITY ->
                    Optional.of(new PartReader(leaf, TransferEncoding.IDENTITY, raw, raw, same));
            case QUOTED_PRINTABLE ->
                    TransferEncoding.quotedPrintable(raw)
                            .map(
                                    it ->
                                            new PartReader(
                                                    leaf,
                                                    TransferEncoding.QUOTED_PRINTABLE,
                                                    raw,
                                                    it.octets,
                                                    it::place));
            case BASE64 ->
                    TransferEncoding.base64(raw)
                            .map(
                                    it ->
                                            new PartReader(
                                                    leaf, TransferEncoding.BASE64, raw, it, same));
        };
    }

    int decodedLength() {
        return decoded.length;
    }

    /** UTF-16 outside of an encoding, and octets of zero, are no text for mail. */
    Optional<AsciiView> view(Optional<String> charset) {
        Optional<AsciiView> view = AsciiView.of(decoded, charset);
        if (encoding == TransferEncoding.IDENTITY) {
            view = view.filter(it -> it.unit() == 1);
        }
        return view.filter(PartReader::hasNoZero);
    }

    /** The part with slots of its view turned into slots of the octets that stand there. */
    MimePart part(AsciiView view, List<Replacement> slots) {
        List<Replacement> placed = new ArrayList<>();
        for (Replacement replacement : slots) {
            int from = replacement.from() * view.unit();
            int to = replacement.to() * view.unit();
            placed.add(
                    switch (encoding) {
                        case IDENTITY, BASE64 -> replacement.at(from, to);
                        case QUOTED_PRINTABLE ->
                                replacement.at(places.applyAsInt(from), end(from, to));
                    });
        }
        if (encoding == TransferEncoding.IDENTITY) {
            placed = onLines(placed);
        }
        return new MimePart(
                leaf.from(),
                leaf.to(),
                encoding,
                view.unit(),
                view.isBigEndian(),
                placed,
                Optional.empty());
    }

    private int end(int from, int to) {
        if (to == from) {
            return places.applyAsInt(from);
        }
        int last = places.applyAsInt(to - 1);
        return last + (raw[last] == '=' ? 3 : 1);
    }

    /**
     * One walk over the part for all slots. Lines that a link stands across count as one, which is
     * what they become.
     */
    private List<Replacement> onLines(List<Replacement> slots) {
        List<Replacement> placed = new ArrayList<>();
        int lineFrom = 0;
        int lineTo = lineEnd(0);
        for (Replacement replacement : slots) {
            while (lineTo < replacement.from()) {
                lineFrom = lineTo + 1;
                lineTo = lineEnd(lineFrom);
            }
            while (lineTo < replacement.to()) {
                lineTo = lineEnd(lineTo + 1);
            }
            placed.add(replacement.onLine(lineFrom, lineTo));
        }
        return placed;
    }

    private int lineEnd(int from) {
        int at = from;
        while (at < raw.length && raw[at] != '\n') {
            at++;
        }
        return at;
    }

    private static boolean hasNoZero(AsciiView view) {
        for (byte octet : view.ascii()) {
            if (octet == 0) {
                return false;
            }
        }
        return true;
    }
}
