package facteur.mta.prepare;

import facteur.mail.message.Content;
import facteur.mail.message.TrackingMode;
import facteur.mail.token.Token;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * Writes the body of one copy, part by part, each in its own transfer encoding:
 *
 * <ul>
 *   <li>as it stands (7bit, 8bit): a longer link may push a line over 998 octets (RFC 5322 2.1.1),
 *       then line breaks are put before and behind the attribute, where white space means nothing;
 *       a link too long even alone on its line stays as it was;
 *   <li>a plain text that stands as it is has no such place: when a line would grow beyond the
 *       limit, the part becomes quoted-printable;
 *   <li>quoted-printable: each new value stands on lines of its own, between soft line breaks;
 *   <li>base64: the part is decoded, changed and encoded again with lines as long as they were.
 * </ul>
 */
final class CopyWriter {
    private static final int MAX_LINE = 998;
    private static final byte[] BREAK = {'\r', '\n'};

    /** What such a part says of itself. */
    static final byte[] QUOTED =
            "Content-Transfer-Encoding: quoted-printable\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Content original;
    private final RecipientCopy recipientCopy;
    private final List<String> targets;
    private final String[] urls;
    private final BitSet tracked = new BitSet();
    private boolean pixel;

    CopyWriter(Content original, RecipientCopy recipientCopy, List<String> targets) {
        this.original = original;
        this.recipientCopy = recipientCopy;
        this.targets = targets;
        this.urls = new String[targets.size()];
        Arrays.fill(urls, "");
    }

    /** Different targets rewritten so far. */
    int links() {
        return tracked.cardinality();
    }

    boolean pixel() {
        return pixel;
    }

    /** Links to the tracker itself would only go round in a circle. */
    static boolean isOwn(String target, RecipientCopy recipientCopy) {
        return target.startsWith(recipientCopy.baseUrl() + "/");
    }

    /** Whether the message is one text that must be quoted-printable, and its header say so. */
    boolean isQuotedAnew(MimeMap map, boolean tracking) {
        return map.parts().stream()
                .anyMatch(
                        part ->
                                part.label().filter(label -> isOfMessage(label, map)).isPresent()
                                        && isQuotedAnew(part, slots(part, tracking)));
    }

    private static boolean isOfMessage(MimePart.Label label, MimeMap map) {
        return label.from() < map.header().length();
    }

    /** Whether a line that cannot be broken would become too long. */
    private boolean isQuotedAnew(MimePart part, List<Replacement> slots) {
        if (part.label().isEmpty() || part.encoding() != TransferEncoding.IDENTITY) {
            return false;
        }
        int lineFrom = -1;
        int length = 0;
        for (Replacement slot : slots) {
            if (slot.lineFrom() != lineFrom) {
                lineFrom = slot.lineFrom();
                length = slot.lineTo() - lineFrom;
            }
            length += url(slot.link()).length() - (slot.to() - slot.from());
            if (length > MAX_LINE) {
                return true;
            }
        }
        return false;
    }

    private List<Replacement> slots(MimePart part, boolean tracking) {
        return part.slots().stream().filter(it -> applies(it, tracking)).toList();
    }

    /** Appends everything behind the header; when not {@code tracking}, placeholders alone go. */
    void body(MimeMap map, SplicedContent splicedContent, boolean tracking) throws IOException {
        long at = map.header().length();
        for (MimePart part : map.parts()) {
            List<Replacement> slots = slots(part, tracking);
            if (slots.isEmpty()) {
                continue;
            }
            if (isQuotedAnew(part, slots)) {
                Optional<MimePart.Label> label =
                        part.label().filter(it -> !isOfMessage(it, map)); // that one is written
                if (label.isPresent()) {
                    splicedContent.keep(at, label.get().from()).put(QUOTED);
                    at = label.get().to();
                }
                splicedContent.keep(at, part.from());
                quotedAnew(part, slots, splicedContent, tracking);
            } else {
                splicedContent.keep(at, part.from());
                switch (part.encoding()) {
                    case IDENTITY -> plain(part, slots, splicedContent, tracking);
                    case QUOTED_PRINTABLE -> quoted(part, slots, splicedContent, tracking);
                    case BASE64 -> base64(part, slots, splicedContent, tracking);
                }
            }
            at = part.to();
        }
        splicedContent.keep(at, original.size());
    }

    private boolean applies(Replacement slot, boolean tracking) {
        return switch (slot.kind()) {
            case LINK ->
                    tracking
                            && recipientCopy.tracking().clicks()
                            && !isOwn(targets.get(slot.link()), recipientCopy);
            case CUT -> tracking;
            case PIXEL -> slot.to() > slot.from() || (tracking && recipientCopy.tracking().opens());
        };
    }

    private void quoted(
            MimePart part,
            List<Replacement> slots,
            SplicedContent splicedContent,
            boolean tracking) {
        long at = part.from();
        for (Replacement slot : slots) {
            splicedContent.keep(at, part.from() + slot.from());
            String text = replacement(slot, tracking, " ");
            splicedContent.put(TransferEncoding.quotedPrintableIsland(part.encode(text)));
            count(slot);
            at = part.from() + slot.to();
        }
        splicedContent.keep(at, part.to());
    }

    private void base64(
            MimePart part, List<Replacement> slots, SplicedContent splicedContent, boolean tracking)
            throws IOException {
        byte[] raw = original.read(part.from(), part.to());
        byte[] decoded =
                TransferEncoding.base64(raw)
                        .orElseThrow(
                                () ->
                                        new IOException(
                                                "the part at "
                                                        + part.from()
                                                        + " was base 64 when it was mapped"));
        byte[] changed = replaced(decoded, part, slots, tracking);
        splicedContent.put(TransferEncoding.base64Like(raw, changed));
    }

    private void quotedAnew(
            MimePart part, List<Replacement> slots, SplicedContent splicedContent, boolean tracking)
            throws IOException {
        byte[] raw = original.read(part.from(), part.to());
        byte[] changed = replaced(raw, part, slots, tracking);
        splicedContent.put(TransferEncoding.quotedPrintable(changed, changed.length));
    }

    private byte[] replaced(
            byte[] octets, MimePart part, List<Replacement> slots, boolean tracking) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(octets.length + 8192);
        int at = 0;
        for (Replacement slot : slots) {
            out.write(octets, at, slot.from() - at);
            out.writeBytes(part.encode(replacement(slot, tracking, " ")));
            count(slot);
            at = slot.to();
        }
        out.write(octets, at, octets.length - at);
        return out.toByteArray();
    }

    private void plain(
            MimePart part,
            List<Replacement> slots,
            SplicedContent splicedContent,
            boolean tracking) {
        LineWriter line = new LineWriter(part.from(), splicedContent);
        for (int i = 0; i < slots.size(); i++) {
            Replacement slot = slots.get(i);
            if (line.write(slot, stop(slots, i), replacement(slot, tracking, "\r\n"))) {
                count(slot);
            }
        }
        line.end(part.to());
    }

    /** Where the line of a slot can next be broken, or ends. */
    private static int stop(List<Replacement> slots, int index) {
        Replacement slot = slots.get(index);
        for (Replacement next : slots.subList(index + 1, slots.size())) {
            if (next.lineFrom() != slot.lineFrom()) {
                break;
            }
            if (next.kind() != Replacement.Kind.CUT) {
                return Math.max(next.outerFrom(), slot.to());
            }
        }
        return slot.lineTo();
    }

    private void count(Replacement slot) {
        if (slot.kind() == Replacement.Kind.LINK) {
            tracked.set(slot.link());
        }
    }

    /** The text in place of a slot; the pixel has {@code blank} where white space is free. */
    private String replacement(Replacement slot, boolean tracking, String blank) {
        return switch (slot.kind()) {
            case LINK -> url(slot.link());
            case CUT -> "";
            case PIXEL -> {
                if (pixel || !tracking || !recipientCopy.tracking().opens()) {
                    yield "";
                }
                pixel = true;
                yield "<img"
                        + blank
                        + "src=\""
                        + recipientCopy.baseUrl()
                        + "/o/"
                        + openToken()
                        + "\" width=\"1\" height=\"1\" alt=\"\" style=\"border:0\""
                        + blank
                        + ">";
            }
        };
    }

    private String url(int link) {
        if (urls[link].isEmpty()) {
            urls[link] = recipientCopy.baseUrl() + "/c/" + clickToken(link);
        }
        return urls[link];
    }

    private String openToken() {
        return recipientCopy
                .seal()
                .seal(
                        isAnonymous()
                                ? new Token.AnonymousOpen(recipientCopy.recipient().message())
                                : new Token.Open(recipientCopy.recipient()));
    }

    private String clickToken(int link) {
        String target = targets.get(link);
        return recipientCopy
                .seal()
                .seal(
                        isAnonymous()
                                ? new Token.AnonymousClick(
                                        recipientCopy.recipient().message(), link, target)
                                : new Token.Click(recipientCopy.recipient(), link, target));
    }

    private boolean isAnonymous() {
        return recipientCopy.tracking().mode() == TrackingMode.AGGREGATE;
    }

    /** Keeps lines within their limit while values grow. */
    private static final class LineWriter {
        private final long base;
        private final SplicedContent splicedContent;
        private int at;
        private int column; // octets of the line written before at
        private int lineFrom = -1;

        LineWriter(long base, SplicedContent splicedContent) {
            this.base = base;
            this.splicedContent = splicedContent;
        }

        /** Replaces a slot if a line has room for it; up to {@code stop} the line cannot break. */
        boolean write(Replacement slot, int stop, String text) {
            if (slot.lineFrom() != lineFrom) {
                lineFrom = slot.lineFrom();
                keep(lineFrom);
                column = 0;
            }
            byte[] octets = text.getBytes(StandardCharsets.US_ASCII);
            boolean fits =
                    column + slot.from() - at + octets.length + stop - slot.to() <= MAX_LINE - 8;
            boolean link = slot.kind() == Replacement.Kind.LINK && slot.outerFrom() < slot.from();
            if (fits || !link) {
                replace(slot, octets);
            } else if (slot.from() - slot.outerFrom() + octets.length + 2 <= MAX_LINE) {
                keep(slot.outerFrom());
                lineBreak();
                replace(slot, octets);
                keep(slot.outerTo());
                lineBreak();
            } else {
                keep(slot.to());
                return false;
            }
            return true;
        }

        void end(long to) {
            splicedContent.keep(base + at, to);
        }

        private void replace(Replacement slot, byte[] octets) {
            keep(slot.from());
            splicedContent.put(octets);
            at = slot.to();
            int last = octets.length;
            while (last > 0 && octets[last - 1] != '\n') {
                last--;
            }
            column = last > 0 ? octets.length - last : column + octets.length;
        }

        private void keep(int to) {
            if (to > at) {
                splicedContent.keep(base + at, base + to);
                column += to - at;
                at = to;
            }
        }

        private void lineBreak() {
            splicedContent.put(BREAK);
            column = 0;
        }
    }
}
