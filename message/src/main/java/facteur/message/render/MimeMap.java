package facteur.message.render;

import facteur.mail.address.Domain;
import facteur.mail.message.Content;
import facteur.message.html.AsciiView;
import facteur.message.html.HtmlLinks;
import facteur.message.html.HtmlScanner;
import facteur.message.html.LinkRules;
import facteur.message.html.LinkTargets;
import facteur.message.html.PlainLinks;
import facteur.message.html.Replacement;
import facteur.message.mime.HeaderBlock;
import facteur.message.mime.HeaderReader;
import facteur.message.mime.MimeScanner;
import facteur.message.mime.SevenBit;
import facteur.message.mime.WhyNotTracked;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where in a stored message each recipient's copy differs, found once and used for all recipients.
 * It holds no body octets: some hundred octets for each link, so it may be kept while a message is
 * being sent.
 */
public final class MimeMap {
    /** More HTML than this is not for people, in octets. */
    static final int MAX_HTML = 5 * 1024 * 1024;

    private final HeaderBlock header;
    private final List<MimePart> parts;
    private final List<String> targets;
    private final Optional<WhyNotTracked> untouched;
    private final Set<Domain> signers;
    private final boolean sealed;
    private final boolean eightBit;
    private final boolean headerEightBit;

    private MimeMap(HeaderBlock header, Optional<WhyNotTracked> untouched, Bodies bodies)
            throws IOException {
        this.header = header;
        this.untouched = untouched;
        this.parts = List.copyOf(bodies.parts);
        this.targets = bodies.targets.urls();
        this.signers = signers(header);
        this.sealed = header.first("arc-seal").isPresent();
        this.headerEightBit = !header.isAscii();
        this.eightBit = !SevenBit.isAscii(bodies.content, header.length());
    }

    /** The map with the default rules. */
    public static MimeMap of(Content content) throws IOException {
        return of(content, LinkRules.DEFAULT);
    }

    /**
     * Reads the whole message once, and its HTML parts once more; time grows with the size, memory
     * with the HTML alone and at most to a small multiple of its limit.
     */
    public static MimeMap of(Content content, LinkRules rules) throws IOException {
        Optional<HeaderBlock> read = HeaderReader.read(content);
        HeaderBlock header = read.orElse(HeaderBlock.of(new byte[0]));
        Bodies none = new Bodies(content, rules, header);
        if (read.isEmpty()) {
            return new MimeMap(header, Optional.of(WhyNotTracked.TOO_LARGE), none);
        }
        MimeScanner.Structure structure = MimeScanner.scan(content, header);
        if (structure.trouble().isPresent()) {
            return new MimeMap(header, structure.trouble(), none);
        }
        Bodies bodies = new Bodies(content, rules, header);
        Optional<WhyNotTracked> trouble = bodies.read(structure);
        return new MimeMap(header, trouble, trouble.isPresent() ? none : bodies);
    }

    HeaderBlock header() {
        return header;
    }

    List<MimePart> parts() {
        return parts;
    }

    /** The different URLs, by link number. */
    public List<String> targets() {
        return targets;
    }

    /** Why no copy may differ in its body. */
    public Optional<WhyNotTracked> untouched() {
        return untouched;
    }

    /** Whether there is more than ASCII behind the header. */
    public boolean isEightBit() {
        return eightBit;
    }

    /** Whether there is more than ASCII in the header (RFC 6532). */
    public boolean isHeaderEightBit() {
        return headerEightBit;
    }

    /** Domains that have already signed the message (DKIM). */
    Set<Domain> signers() {
        return signers;
    }

    /** Whether a forwarder has sealed the message (ARC, RFC 8617). */
    boolean isSealed() {
        return sealed;
    }

    private static Set<Domain> signers(HeaderBlock header) {
        Set<Domain> domains = new TreeSet<>();
        for (HeaderBlock.Field field : header.all("dkim-signature")) {
            for (String tag : header.text(field).split(";", 64)) {
                String stripped = tag.strip();
                if (stripped.startsWith("d=") && stripped.length() > 2 && stripped.length() < 256) {
                    domains.add(new Domain(stripped.substring(2).toLowerCase(Locale.ROOT)));
                }
            }
        }
        return Set.copyOf(domains);
    }

    /** The bodies being read. */
    private static final class Bodies {
        final Content content;
        final LinkRules rules;
        final LinkTargets targets;
        final List<MimePart> parts = new ArrayList<>();
        long htmlOctets;
        boolean pixelDone;

        Bodies(Content content, LinkRules rules, HeaderBlock header) {
            this.content = content;
            this.rules = rules;
            this.targets = new LinkTargets(ListUnsubscribe.urls(header));
        }

        Optional<WhyNotTracked> read(MimeScanner.Structure structure) throws IOException {
            boolean html = false;
            for (MimeScanner.Entity entity : structure.entities()) {
                if (entity.leaf() < 0) {
                    continue;
                }
                MimeScanner.Leaf leaf = structure.leaves().get(entity.leaf());
                boolean isHtml = leaf.isInline("text/html");
                html |= isHtml;
                if (isHtml || (rules.plainText() && isRewritablePlain(leaf))) {
                    Optional<WhyNotTracked> trouble = read(leaf, entity, isHtml);
                    if (trouble.isPresent()) {
                        return trouble;
                    }
                }
            }
            boolean any = html || !parts.isEmpty();
            return any ? Optional.empty() : Optional.of(WhyNotTracked.NO_HTML);
        }

        /** Flowed text with DelSp may cut an address in two (RFC 3676 4.1). */
        private static boolean isRewritablePlain(MimeScanner.Leaf leaf) {
            return leaf.isInline("text/plain")
                    && !leaf.type().parameter("delsp").orElse("").equalsIgnoreCase("yes");
        }

        private Optional<WhyNotTracked> plain(
                PartReader reader, AsciiView view, MimeScanner.Entity entity) {
            List<Replacement> slots = PlainLinks.slots(view, rules, targets);
            if (targets.isTooMany()) {
                return Optional.of(WhyNotTracked.TOO_MANY_LINKS);
            }
            if (!slots.isEmpty()) {
                MimePart.Label label =
                        new MimePart.Label(entity.encodingFrom(), entity.encodingTo());
                parts.add(reader.part(view, slots).labelled(label));
            }
            return Optional.empty();
        }

        private Optional<WhyNotTracked> read(
                MimeScanner.Leaf leaf, MimeScanner.Entity entity, boolean html) throws IOException {
            htmlOctets += leaf.to() - leaf.from();
            if (htmlOctets > MAX_HTML * 3L / 2) { // base 64 takes a third more, and line breaks
                return Optional.of(WhyNotTracked.TOO_LARGE);
            }
            Optional<PartReader> reader = PartReader.open(content, leaf);
            if (reader.isEmpty()) {
                return Optional.of(WhyNotTracked.ENCODING);
            }
            if (reader.get().decodedLength() > MAX_HTML) {
                return Optional.of(WhyNotTracked.TOO_LARGE);
            }
            Optional<AsciiView> view = reader.get().view(leaf.type().parameter("charset"));
            if (view.isEmpty()) {
                return Optional.of(WhyNotTracked.CHARSET);
            }
            return html ? html(reader.get(), view.get()) : plain(reader.get(), view.get(), entity);
        }

        private Optional<WhyNotTracked> html(PartReader reader, AsciiView view) {
            HtmlLinks links = new HtmlLinks(view, rules, targets);
            HtmlScanner scanner = new HtmlScanner(view.ascii(), links);
            scanner.scan();
            if (scanner.isDoubtful()) {
                return Optional.of(WhyNotTracked.ODD_HTML);
            }
            if (targets.isTooMany()) {
                return Optional.of(WhyNotTracked.TOO_MANY_LINKS);
            }
            MimePart part = reader.part(view, links.slots(!pixelDone, scanner.endsInside()));
            pixelDone |= part.has(Replacement.Kind.PIXEL);
            if (!part.slots().isEmpty()) {
                parts.add(part);
            }
            return Optional.empty();
        }
    }
}
