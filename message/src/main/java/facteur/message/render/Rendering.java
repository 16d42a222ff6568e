package facteur.message.render;

import facteur.mail.message.Content;
import facteur.mail.message.TrackingMode;
import facteur.message.html.Replacement;
import facteur.message.mime.HeaderBlock;
import facteur.message.mime.SevenBit;
import facteur.message.mime.SplicedContent;
import facteur.message.mime.WhyNotTracked;

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
    public static RenderedCopy render(Content original, MimeMap map, RecipientCopy recipientCopy)
            throws IOException {
        boolean foreign = isForeign(map, recipientCopy);
        Optional<WhyNotTracked> reason = reason(map, recipientCopy, foreign);
        SplicedContent splicedContent = new SplicedContent(original);
        Optional<String> unsubscribe =
                foreign ? Optional.empty() : ListUnsubscribe.fields(map.header(), recipientCopy);
        if (!foreign) {
            splicedContent.put(added(map.header(), unsubscribe, recipientCopy));
        }
        CopyWriter writer = new CopyWriter(original, recipientCopy, map.targets());
        boolean asItCame = foreign || map.untouched().isPresent();
        boolean quoted = !asItCame && writer.isQuotedAnew(map, reason.isEmpty());
        Set<String> replaced = new HashSet<>();
        replaced.add("dkim-signature");
        if (ListUnsubscribe.dropsPost(map.header(), unsubscribe)) {
            replaced.add("list-unsubscribe-post");
        }
        if (quoted) {
            replaced.add("content-transfer-encoding");
        }
        HeaderWriter headerWriter = new HeaderWriter(map.header(), splicedContent);
        if (foreign) {
            headerWriter.asItCame();
        } else {
            headerWriter.without(replaced);
        }
        if (quoted) {
            splicedContent.put(map.header().has("mime-version") ? new byte[0] : MIME_VERSION);
            splicedContent.put(CopyWriter.QUOTED);
        }
        splicedContent.keep(map.header().fieldsEnd(), map.header().length());
        if (asItCame) {
            splicedContent.keep(map.header().length(), original.size());
        } else {
            writer.body(map, splicedContent, reason.isEmpty());
        }
        Content unsigned = splicedContent.content();
        return new RenderedCopy(
                signed(unsigned, recipientCopy), writer.links(), writer.pixel(), reason);
    }

    /**
     * Whether the copies of a message, or the paths by which they come back, differ between
     * recipients. If not, one copy may be handed over for several of them in one transaction.
     */
    public static boolean isPersonal(MimeMap map, RecipientCopy recipientCopy) {
        if (recipientCopy.returnPath().isPresent()) {
            return true;
        }
        boolean foreign = isForeign(map, recipientCopy);
        boolean unsubscribe =
                !foreign && ListUnsubscribe.fields(map.header(), recipientCopy).isPresent();
        boolean tracked = reason(map, recipientCopy, foreign).isEmpty();
        return unsubscribe
                || (tracked && recipientCopy.tracking().mode() != TrackingMode.AGGREGATE);
    }

    private static Content signed(Content unsigned, RecipientCopy recipientCopy)
            throws IOException {
        byte[] signatures = recipientCopy.signer().sign(unsigned, recipientCopy.at());
        return signatures.length == 0
                ? unsigned
                : new SplicedContent(unsigned).put(signatures).keep(0, unsigned.size()).content();
    }

    private static Optional<WhyNotTracked> reason(
            MimeMap map, RecipientCopy recipientCopy, boolean foreign) {
        if (recipientCopy.tracking().isOff()) {
            return Optional.of(WhyNotTracked.OFF);
        }
        if (foreign) {
            return Optional.of(WhyNotTracked.FOREIGN_SIGNATURE);
        }
        if (map.untouched().isPresent()) {
            return map.untouched();
        }
        boolean clicks = recipientCopy.tracking().clicks() && hasTrackable(map, recipientCopy);
        boolean opens =
                recipientCopy.tracking().opens()
                        && map.parts().stream().anyMatch(part -> part.has(Replacement.Kind.PIXEL));
        return clicks || opens ? Optional.empty() : Optional.of(WhyNotTracked.NOTHING_TO_TRACK);
    }

    private static boolean hasTrackable(MimeMap map, RecipientCopy recipientCopy) {
        return map.targets().stream().anyMatch(target -> !CopyWriter.isOwn(target, recipientCopy));
    }

    /** The copy of a message that has to become 7-bit first, or why it must stay as it is. */
    public static SevenBit.Conversion sevenBit(
            Content original, MimeMap map, RecipientCopy recipientCopy) throws IOException {
        return isForeign(map, recipientCopy)
                ? new SevenBit.Conversion.Impossible(SEALED)
                : SevenBit.of(original);
    }

    /** The copy with its header in ASCII and its body as it is, or why it must stay as it is. */
    public static SevenBit.Conversion asciiHeader(
            Content original, MimeMap map, RecipientCopy recipientCopy) throws IOException {
        return isForeign(map, recipientCopy)
                ? new SevenBit.Conversion.Impossible(SEALED)
                : SevenBit.headerOf(original);
    }

    /** A signature that we cannot replace, or the seal of a forwarder, forbids any change. */
    private static boolean isForeign(MimeMap map, RecipientCopy recipientCopy) {
        return map.isSealed()
                || map.signers().stream()
                        .anyMatch(domain -> !recipientCopy.signer().covers(domain));
    }

    private static byte[] added(
            HeaderBlock header, Optional<String> unsubscribe, RecipientCopy recipientCopy) {
        String fields =
                unsubscribe.orElse("")
                        + FeedbackId.field(header, recipientCopy).orElse("")
                        + feedbackToken(recipientCopy);
        return fields.getBytes(StandardCharsets.US_ASCII);
    }

    /** Says whose copy it was where a complaint hides the address and the return-path. */
    private static String feedbackToken(RecipientCopy recipientCopy) {
        return recipientCopy
                .returnPath()
                .map(
                        domain ->
                                RecipientCopy.returnPath(
                                        recipientCopy.recipient(), recipientCopy.seal(), domain))
                .map(path -> "X-Feedback-Token: " + path.localPart() + "\r\n")
                .orElse("");
    }
}
