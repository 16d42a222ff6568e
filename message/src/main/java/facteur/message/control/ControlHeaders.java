package facteur.message.control;

import facteur.mail.message.MessageFacts;
import facteur.mail.message.TrackingMode;
import facteur.message.mime.EncodedWords;
import facteur.message.mime.HeaderBlock;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The dictionary of header fields by which an application tells us about campaign, tags, contact
 * and tracking: our own, and those of SendGrid, Mailgun, Postmark, Mailjet, Mandrill, SES, Brevo,
 * Postal and SparkPost, so that applications move here unchanged. What our own fields say goes
 * before what the others say. All of them are stripped from what is sent. A field that cannot be
 * read is noted, and never a reason to refuse a message.
 */
public final class ControlHeaders {
    static final int MAX_SUBJECT = 500;
    static final int MAX_SENDER = 320;
    static final int MAX_MESSAGE_ID = 998;

    private static final Set<String> NATIVE =
            Set.of(
                    "x-campaign",
                    "x-tag",
                    "x-track",
                    "x-contact-id",
                    "x-metadata",
                    "x-pool",
                    "x-dedupe");
    private static final Set<String> VENDORS =
            Set.of(
                    "x-smtpapi",
                    "x-pm-tag",
                    "x-pm-trackopens",
                    "x-pm-tracklinks",
                    "x-pm-message-stream",
                    "x-pm-keepid",
                    "x-postal-tag",
                    "x-amp",
                    "x-msys-api");
    private static final List<String> VENDOR_PREFIXES =
            List.of(
                    "x-mailgun-",
                    "x-pm-metadata-",
                    "x-mailjet-",
                    "x-mj-",
                    "x-ses-",
                    "x-mc-",
                    "x-mailin-",
                    "x-facteur-");

    /** Fields that no recipient may see, or that only the delivering server adds. */
    private static final Set<String> PRIVATE = Set.of("bcc", "resent-bcc", "return-path");

    private static final Map<String, Reading> READINGS = readings();

    private ControlHeaders() {}

    /**
     * What the header said.
     *
     * @param strip names of the fields present that must not be sent, in lower case
     */
    public record Taken(MessageFacts facts, Set<String> strip) {
        public Taken {
            strip = Set.copyOf(strip);
        }
    }

    /** How one field adds to what is gathered. */
    private interface Reading {
        void read(String value, ControlValues into);
    }

    /** Reads the fields; {@code serverMode} is the most that may be recorded. */
    public static Taken take(HeaderBlock header, TrackingMode serverMode) {
        ControlValues own = new ControlValues();
        ControlValues vendor = new ControlValues();
        for (HeaderBlock.Field field : header.fields()) {
            read(header, field, NATIVE.contains(field.name()) ? own : vendor);
        }
        MessageFacts facts =
                own.over(vendor)
                        .facts(
                                people(header, "subject", MAX_SUBJECT),
                                people(header, "from", MAX_SENDER),
                                people(header, "message-id", MAX_MESSAGE_ID),
                                serverMode);
        return new Taken(facts, stripped(header));
    }

    /** Whether fields of that name, in lower case, are taken away before a message is sent. */
    public static boolean isStripped(String name) {
        if (NATIVE.contains(name) || VENDORS.contains(name) || PRIVATE.contains(name)) {
            return true;
        }
        for (String prefix : VENDOR_PREFIXES) {
            if (name.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }

    private static Set<String> stripped(HeaderBlock header) {
        return header.fields().stream()
                .map(HeaderBlock.Field::name)
                .filter(ControlHeaders::isStripped)
                .collect(Collectors.toUnmodifiableSet());
    }

    private static String people(HeaderBlock header, String name, int limit) {
        return header.said(name).map(field -> header.people(field, limit)).orElse("");
    }

    private static void read(HeaderBlock header, HeaderBlock.Field field, ControlValues into) {
        String name = field.name();
        if (name.equals("priority")) { // RFC 2156: it is only looked at, and stays
            into.urgent |= header.text(field).equalsIgnoreCase("urgent");
            return;
        }
        if (!isStripped(name) || PRIVATE.contains(name)) {
            return;
        }
        String value = EncodedWords.decode(header.text(field));
        Optional.ofNullable(READINGS.get(name))
                .or(() -> metadataReading(name))
                .ifPresentOrElse(
                        reading -> reading.read(value, into),
                        () -> into.note(HeaderNote.NO_EFFECT, name));
    }

    /** X-PM-Metadata-color: red. */
    private static Optional<Reading> metadataReading(String name) {
        String prefix = "x-pm-metadata-";
        return name.startsWith(prefix)
                ? Optional.of((value, into) -> into.entry(name.substring(prefix.length()), value))
                : Optional.empty();
    }

    private static Map<String, Reading> readings() {
        Map<String, Reading> map = new HashMap<>();
        map.put("x-campaign", (value, into) -> into.campaign(value));
        map.put("x-tag", (value, into) -> into.tags(value));
        map.put("x-track", (value, into) -> into.track("X-Track", value));
        map.put("x-contact-id", (value, into) -> into.contact(value));
        map.put("x-metadata", (value, into) -> into.metadata("X-Metadata", value));
        map.put("x-pool", (value, into) -> into.entry(MessageFacts.POOL, value));
        putVendors(map);
        putMailgun(map);
        putMailjet(map);
        return Map.copyOf(map);
    }

    private static void putVendors(Map<String, Reading> map) {
        map.put("x-smtpapi", VendorJson::sendGrid);
        map.put("x-msys-api", VendorJson::sparkPost);
        map.put("x-pm-tag", (value, into) -> into.tag(value));
        map.put("x-pm-trackopens", (value, into) -> into.opens(ControlValues.isYes(value)));
        map.put("x-pm-tracklinks", (value, into) -> into.clicks(isPostmarkHtml(value)));
        map.put("x-pm-message-stream", (_, _) -> {});
        map.put("x-pm-keepid", (_, _) -> {});
        map.put("x-ses-configuration-set", (value, into) -> into.entry("configuration-set", value));
        map.put("x-ses-message-tags", (value, into) -> into.pairs(value));
        map.put("x-mc-tags", (value, into) -> into.tags(value));
        map.put("x-mc-track", (value, into) -> into.track("X-MC-Track", value));
        map.put("x-mc-metadata", (value, into) -> into.metadata("X-MC-Metadata", value));
        map.put("x-mc-ippool", (value, into) -> into.entry(MessageFacts.POOL, value));
        map.put("x-mc-important", (value, into) -> into.urgent |= ControlValues.isYes(value));
        map.put("x-mailin-tag", (value, into) -> into.tag(value));
        map.put("x-mailin-custom", (value, into) -> into.entry("custom", value));
        map.put("x-postal-tag", (value, into) -> into.tag(value));
        map.put("x-amp", (value, into) -> into.untrackedIf(value.equalsIgnoreCase("skip")));
    }

    private static void putMailgun(Map<String, Reading> map) {
        map.put("x-mailgun-tag", (value, into) -> into.tag(value));
        map.put("x-mailgun-campaign-id", (value, into) -> into.campaign(value));
        map.put(
                "x-mailgun-variables",
                (value, into) -> into.metadata("X-Mailgun-Variables", value));
        map.put(
                "x-mailgun-track",
                (value, into) -> {
                    into.opens(ControlValues.isYes(value));
                    into.clicks(ControlValues.isYes(value));
                });
        map.put("x-mailgun-track-opens", (value, into) -> into.opens(ControlValues.isYes(value)));
        map.put("x-mailgun-track-clicks", (value, into) -> into.clicks(ControlValues.isYes(value)));
    }

    private static void putMailjet(Map<String, Reading> map) {
        map.put("x-mailjet-campaign", (value, into) -> into.campaign(value));
        map.put("x-mailjet-trackopen", (value, into) -> into.mailjet(value, into::opens));
        map.put("x-mailjet-trackclick", (value, into) -> into.mailjet(value, into::clicks));
        map.put("x-mj-customid", (value, into) -> into.entry("custom-id", value));
        map.put("x-mj-eventpayload", (value, into) -> into.entry("event-payload", value));
    }

    private static boolean isPostmarkHtml(String value) {
        return value.equalsIgnoreCase("HtmlAndText") || value.equalsIgnoreCase("HtmlOnly");
    }
}
