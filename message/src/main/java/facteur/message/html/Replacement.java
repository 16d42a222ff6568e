package facteur.message.html;

/**
 * A place in a part where a copy differs from the original. Offsets count from the start of the
 * part: in octets as they stand there, or for base64 in decoded octets.
 *
 * @param from first octet replaced
 * @param to behind the last one; equal to {@code from} when something is only put in
 * @param outerFrom where white space may be put in before it, for links
 * @param outerTo where white space may be put in behind it, for links
 * @param link index of the target, for links
 * @param lineFrom start of its line, where lines must be kept short
 * @param lineTo end of its line
 */
public record Replacement(
        Kind kind,
        int from,
        int to,
        int outerFrom,
        int outerTo,
        int link,
        int lineFrom,
        int lineTo) {
    public enum Kind {
        /** The value of an attribute, or a bare URL in a text. */
        LINK,
        /** Where the pixel goes. */
        PIXEL,
        /** A mark for the rewriter, taken away. */
        CUT
    }

    static Replacement of(Kind kind, int from, int to) {
        return new Replacement(kind, from, to, from, to, 0, 0, 0);
    }

    static Replacement link(int from, int to, int outerFrom, int outerTo, int link) {
        return new Replacement(Kind.LINK, from, to, outerFrom, outerTo, link, 0, 0);
    }

    public Replacement at(int newFrom, int newTo) {
        return new Replacement(kind, newFrom, newTo, outerFrom, outerTo, link, lineFrom, lineTo);
    }

    public Replacement onLine(int newLineFrom, int newLineTo) {
        return new Replacement(kind, from, to, outerFrom, outerTo, link, newLineFrom, newLineTo);
    }
}
