package facteur.mta.prepare;

import java.util.List;

/**
 * A part of which copies differ.
 *
 * @param from first octet of its body in the content
 * @param to behind the last one
 * @param unit octets of an ASCII character: 2 in UTF-16, else 1
 * @param bigEndian order of the two, in UTF-16
 * @param slots what differs, in order, without overlap
 */
record MimePart(
        long from,
        long to,
        TransferEncoding encoding,
        int unit,
        boolean bigEndian,
        List<Slot> slots) {
    MimePart {
        slots = List.copyOf(slots);
    }

    int length() {
        return Math.toIntExact(to - from);
    }

    byte[] encode(String ascii) {
        return TextView.encode(ascii, unit, bigEndian);
    }

    boolean has(Slot.Kind kind) {
        return slots.stream().anyMatch(slot -> slot.kind() == kind);
    }
}
