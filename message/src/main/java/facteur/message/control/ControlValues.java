package facteur.message.control;

import facteur.mail.message.MessageFacts;
import facteur.mail.message.Tracking;
import facteur.mail.message.TrackingMode;
import facteur.mail.text.CampaignName;
import facteur.mail.text.PlainText;
import facteur.message.jackson.JsonLeaves;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** What control fields have said so far; bounded, and confined to one reading of one header. */
final class ControlValues {
    static final int MAX_TAGS = 10;
    static final int MAX_TAG = 100;
    static final int MAX_ENTRIES = 20;
    static final int MAX_ENTRY = 255;
    static final int MAX_NAME = 255;
    static final int MAX_NOTES = 20;

    private final Set<String> tags = new LinkedHashSet<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();
    private Optional<String> campaign = Optional.empty();
    private Optional<String> contactId = Optional.empty();
    private Optional<Boolean> opens = Optional.empty();
    private Optional<Boolean> clicks = Optional.empty();
    private TrackingMode mode = TrackingMode.FULL;
    boolean urgent;

    static boolean isYes(String value) {
        return switch (value.strip().toLowerCase(Locale.ROOT)) {
            case "yes", "true", "1", "on", "htmlonly" -> true;
            default -> false;
        };
    }

    void note(HeaderNote note, String about) {
        note(note.about(about));
    }

    private void note(String note) {
        if (notes.size() < MAX_NOTES) {
            notes.add(PlainText.text(note, MAX_NAME));
        }
    }

    /** The topmost field counts. */
    void campaign(String value) {
        String name = CampaignName.of(value);
        if (campaign.isEmpty() && !name.isEmpty()) {
            campaign = Optional.of(name);
        }
    }

    void contact(String value) {
        String id = PlainText.text(value, MAX_NAME);
        if (contactId.isEmpty() && !id.isEmpty()) {
            contactId = Optional.of(id);
        }
    }

    void tag(String value) {
        String tag = PlainText.text(value, MAX_TAG);
        if (tag.isEmpty() || tags.contains(tag)) {
            return;
        }
        if (tags.size() == MAX_TAGS) {
            note(HeaderNote.TOO_MANY_TAGS, String.valueOf(MAX_TAGS));
        } else {
            tags.add(tag);
        }
    }

    /** A list with commas. */
    void tags(String value) {
        for (String tag : value.split(",", MAX_TAGS + 2)) {
            tag(tag);
        }
    }

    void entry(String key, String value) {
        String name = PlainText.text(key, MAX_ENTRY);
        if (name.isEmpty()) {
            return;
        }
        if (metadata.size() == MAX_ENTRIES && !metadata.containsKey(name)) {
            note(HeaderNote.TOO_MANY_ENTRIES, String.valueOf(MAX_ENTRIES));
        } else {
            metadata.putIfAbsent(name, PlainText.text(value, MAX_ENTRY));
        }
    }

    /** {@code name=value, name=value}. */
    void pairs(String value) {
        for (String pair : value.split(",", MAX_ENTRIES + 2)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                entry(pair.substring(0, equals), pair.substring(equals + 1));
            }
        }
    }

    void metadata(String field, String json) {
        Optional<List<JsonLeaves.Leaf>> leaves = JsonLeaves.of(json);
        if (leaves.isEmpty()) {
            note(HeaderNote.NOT_JSON, field);
        }
        for (JsonLeaves.Leaf leaf : leaves.orElse(List.of())) {
            entry(String.join(".", leaf.path()), leaf.value());
        }
    }

    void opens(boolean wanted) {
        opens = opens.or(() -> Optional.of(wanted));
    }

    void clicks(boolean wanted) {
        clicks = clicks.or(() -> Optional.of(wanted));
    }

    /** Mailjet: 0 account default, 1 off, 2 on. */
    void mailjet(String value, Consumer<Boolean> flag) {
        switch (value) {
            case "1" -> flag.accept(false);
            case "2" -> flag.accept(true);
            default -> {}
        }
    }

    void untrackedIf(boolean off) {
        if (off) {
            mode = TrackingMode.OFF;
        }
    }

    /** {@code opens}, {@code clicks}, {@code all}, {@code none}, {@code aggregate}, ... */
    void track(String field, String value) {
        boolean listed = false;
        boolean open = false;
        boolean click = false;
        for (String word : value.toLowerCase(Locale.ROOT).split("[,;\\s]+", 16)) {
            switch (word) {
                case "" -> {}
                case "opens", "open" -> {
                    listed = true;
                    open = true;
                }
                case "clicks", "click", "clicks_all", "clicks_htmlonly" -> {
                    listed = true;
                    click = true;
                }
                case "clicks_textonly" -> listed = true;
                case "all", "yes", "full" -> {
                    listed = true;
                    open = true;
                    click = true;
                }
                case "none", "no", "off" -> untrackedIf(true);
                case "aggregate" -> mode = mode.strictest(TrackingMode.AGGREGATE);
                case "hygiene" -> mode = mode.strictest(TrackingMode.HYGIENE);
                default -> note(HeaderNote.UNKNOWN_TRACKING, field + ": " + word);
            }
        }
        if (listed) {
            opens(open);
            clicks(click);
        }
    }

    /** This, and where it is silent, the other. */
    ControlValues over(ControlValues other) {
        ControlValues both = new ControlValues();
        both.campaign = campaign.or(() -> other.campaign);
        both.contactId = contactId.or(() -> other.contactId);
        boolean ownTracking = opens.isPresent() || mode != TrackingMode.FULL;
        both.opens = ownTracking ? opens : other.opens;
        both.clicks = ownTracking ? clicks : other.clicks;
        both.mode = mode.strictest(other.mode);
        both.urgent = urgent || other.urgent;
        both.tags.addAll(tags.isEmpty() ? other.tags : tags);
        metadata.forEach(both::entry);
        other.metadata.forEach(both::entry);
        notes.forEach(both::note);
        other.notes.forEach(both::note);
        return both;
    }

    MessageFacts facts(String subject, String sender, String messageId, TrackingMode serverMode) {
        Optional<String> named = campaign.or(this::campaignInMetadata);
        return new MessageFacts(
                named,
                subject,
                sender,
                messageId,
                List.copyOf(tags),
                contactId,
                metadata,
                tracking(serverMode),
                named.isEmpty() || urgent,
                notes);
    }

    /** Vendors without a campaign field have customers who name it among their own values. */
    private Optional<String> campaignInMetadata() {
        return Optional.ofNullable(metadata.get("campaign"))
                .or(() -> Optional.ofNullable(metadata.get("campaign_id")))
                .filter(name -> !name.isEmpty());
    }

    private Tracking tracking(TrackingMode serverMode) {
        TrackingMode strictest = mode.strictest(serverMode);
        return strictest == TrackingMode.OFF
                ? Tracking.OFF
                : new Tracking(strictest, opens.orElse(true), clicks.orElse(true));
    }
}
