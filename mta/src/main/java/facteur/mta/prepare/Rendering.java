package facteur.mta.prepare;

import facteur.mail.message.Content;
import facteur.mail.message.TrackingMode;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Makes one recipient's copy from the stored original: control fields out, unsubscribe and feedback
 * fields in, links and pixel with that recipient's tokens, and signatures over the result. Every
 * octet outside of these comes from the original.
 */
public final class Rendering {
    private static final String SEALED = "it bears a signature or a seal that cannot be replaced";
    private static final byte[] MIME_VERSION =
            "MIME-Version: 1.0\r\n".getBytes(StandardCharsets.US_ASCII);

    private Rendering() {}

    /**
     * Renders one copy; the same input gives the same octets.
     *
     * @param map of that very content
     * @throws IOException when the original cannot be read
     */
    public static Rendered render(Content original, MimeMap map, Copy copy) throws IOException {
        boolean foreign = isForeign(map, copy);
        Optional<NotTracked> reason = reason(map, copy, foreign);
        Splice splice = new Splice(original);
        Optional<String> unsubscribe =
                foreign ? Optional.empty() : ListUnsubscribe.fields(map.header(), copy);
        if (!foreign) {
            splice.put(added(map.header(), unsubscribe, copy));
        }
        CopyWriter writer = new CopyWriter(original, copy, map.targets());
        boolean asItCame = foreign || map.untouched().isPresent();
        boolean quoted = !asItCame && writer.isQuotedAnew(map, reason.isEmpty());
        Set<String> replaced = new HashSet<>();
        if (!foreign) {
            replaced.add("dkim-signature");
        }
        if (unsubscribe.isPresent()) {
            // Alone it says nothing, and with ours there would be two (RFC 8058 3.1).
            replaced.add("list-unsubscribe-post");
        }
        if (quoted) {
            replaced.add("content-transfer-encoding");
        }
        keepHeader(map.header(), splice, replaced, !foreign);
        if (quoted) {
            splice.put(map.header().has("mime-version") ? new byte[0] : MIME_VERSION);
            splice.put(CopyWriter.QUOTED);
        }
        splice.keep(map.header().fieldsEnd(), map.header().length());
        if (asItCame) {
            splice.keep(map.header().length(), original.size());
        } else {
            writer.body(map, splice, reason.isEmpty());
        }
        Content unsigned = splice.content();
        return new Rendered(signed(unsigned, copy), writer.links(), writer.pixel(), reason);
    }

    /**
     * Whether the copies of a message, or the paths by which they come back, differ between
     * recipients. If not, one copy may be handed over for several of them in one transaction.
     */
    public static boolean isPersonal(MimeMap map, Copy copy) {
        if (copy.returnPath().isPresent()) {
            return true;
        }
        boolean foreign = isForeign(map, copy);
        boolean unsubscribe = !foreign && ListUnsubscribe.fields(map.header(), copy).isPresent();
        boolean tracked = reason(map, copy, foreign).isEmpty();
        return unsubscribe || (tracked && copy.tracking().mode() != TrackingMode.AGGREGATE);
    }

    private static Content signed(Content unsigned, Copy copy) throws IOException {
        byte[] signatures = copy.signer().sign(unsigned, copy.at());
        return signatures.length == 0
                ? unsigned
                : new Splice(unsigned).put(signatures).keep(0, unsigned.size()).content();
    }

    private static Optional<NotTracked> reason(MimeMap map, Copy copy, boolean foreign) {
        if (copy.tracking().isOff()) {
            return Optional.of(NotTracked.OFF);
        }
        if (foreign) {
            return Optional.of(NotTracked.FOREIGN_SIGNATURE);
        }
        if (map.untouched().isPresent()) {
            return map.untouched();
        }
        boolean clicks = copy.tracking().clicks() && hasTrackable(map, copy);
        boolean opens =
                copy.tracking().opens()
                        && map.parts().stream().anyMatch(part -> part.has(Slot.Kind.PIXEL));
        return clicks || opens ? Optional.empty() : Optional.of(NotTracked.NOTHING_TO_TRACK);
    }

    private static boolean hasTrackable(MimeMap map, Copy copy) {
        return map.targets().stream().anyMatch(target -> !CopyWriter.isOwn(target, copy));
    }

    /** The copy of a message that has to become 7-bit first, or why it must stay as it is. */
    public static SevenBit.Conversion sevenBit(Content original, MimeMap map, Copy copy)
            throws IOException {
        return isForeign(map, copy)
                ? new SevenBit.Conversion.Impossible(SEALED)
                : SevenBit.of(original);
    }

    /** The copy with its header in ASCII and its body as it is, or why it must stay as it is. */
    public static SevenBit.Conversion asciiHeader(Content original, MimeMap map, Copy copy)
            throws IOException {
        return isForeign(map, copy)
                ? new SevenBit.Conversion.Impossible(SEALED)
                : SevenBit.headerOf(original);
    }

    /** A signature that we cannot replace, or the seal of a forwarder, forbids any change. */
    private static boolean isForeign(MimeMap map, Copy copy) {
        return map.isSealed()
                || map.signers().stream().anyMatch(domain -> !copy.signer().covers(domain));
    }

    private static byte[] added(HeaderBlock header, Optional<String> unsubscribe, Copy copy) {
        String fields =
                unsubscribe.orElse("")
                        + FeedbackId.field(header, copy).orElse("")
                        + feedbackToken(copy);
        return fields.getBytes(StandardCharsets.US_ASCII);
    }

    /** Says whose copy it was where a complaint hides the address and the return-path. */
    private static String feedbackToken(Copy copy) {
        return copy.returnPath()
                .map(domain -> Copy.returnPath(copy.recipient(), copy.seal(), domain))
                .map(path -> "X-Feedback-Token: " + path.localPart() + "\r\n")
                .orElse("");
    }

    private static void keepHeader(
            HeaderBlock header, Splice splice, Set<String> replaced, boolean resign) {
        for (HeaderBlock.Field field : header.fields()) {
            boolean missing = resign && ControlHeaders.isMissing(header, field);
            if (!missing
                    && !replaced.contains(field.name())
                    && !ControlHeaders.isStripped(field.name())) {
                splice.keep(field.from(), field.to());
            }
        }
    }
}
