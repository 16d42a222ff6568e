package facteur.message.render;

import facteur.message.html.AsciiView;
import facteur.message.html.Replacement;
import facteur.message.mime.TransferEncoding;

import java.util.List;
import java.util.Optional;

/**
 * A part of which copies differ.
 *
 * @param from first octet of its body in the content
 * @param to behind the last one
 * @param unit octets of an ASCII character: 2 in UTF-16, else 1
 * @param bigEndian order of the two, in UTF-16
 * @param slots what differs, in order, without overlap
 * @param label where its encoding is named, for a text that may be encoded anew
 */
record MimePart(
        long from,
        long to,
        TransferEncoding encoding,
        int unit,
        boolean bigEndian,
        List<Replacement> slots,
        Optional<Label> label) {
    /**
     * The field that names a part's encoding.
     *
     * @param from its first octet in the content, or where it can be put
     * @param to behind it; equal to {@code from} when there is none
     */
    record Label(long from, long to) {}

    MimePart {
        slots = List.copyOf(slots);
    }

    MimePart labelled(Label where) {
        return new MimePart(from, to, encoding, unit, bigEndian, slots, Optional.of(where));
    }

    int length() {
        return Math.toIntExact(to - from);
    }

    byte[] encode(String ascii) {
        return AsciiView.encode(ascii, unit, bigEndian);
    }

    boolean has(Replacement.Kind kind) {
        return slots.stream().anyMatch(slot -> slot.kind() == kind);
    }
}
