package facteur.mta.queue.schedule;

import facteur.mail.message.MailId;
import facteur.mail.text.CampaignName;
import facteur.mail.text.NameOrId;

import java.util.Locale;
import java.util.Optional;

/**
 * A part of the queue, as an operator names it: {@code domain:example.org}, {@code site:NAME},
 * {@code source:a}, {@code credential:shop}, {@code campaign:spring}, {@code message:ID}. A
 * campaign is called by its name ({@link NameOrId}): only the views know its number.
 */
public record Subject(Kind kind, String value) {
    /** By what mail is chosen. */
    public enum Kind {
        DOMAIN,
        SITE,
        SOURCE,
        CREDENTIAL,
        CAMPAIGN,
        MESSAGE
    }

    public static Subject of(MailId message) {
        return new Subject(Kind.MESSAGE, message.toString());
    }

    public static Optional<Subject> parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0 || colon == text.length() - 1) {
            return Optional.empty();
        }
        String value = text.substring(colon + 1);
        for (Kind kind : Kind.values()) {
            if (kind.name().equalsIgnoreCase(text.substring(0, colon))) {
                return normal(kind, value).map(normal -> new Subject(kind, normal));
            }
        }
        return Optional.empty();
    }

    private static Optional<String> normal(Kind kind, String value) {
        return switch (kind) {
            case DOMAIN -> Optional.of(value.toLowerCase(Locale.ROOT));
            case MESSAGE -> MailId.parse(value).map(_ -> value.toLowerCase(Locale.ROOT));
            case SITE, SOURCE, CREDENTIAL -> Optional.of(value);
            case CAMPAIGN ->
                    NameOrId.parse(value)
                            .flatMap(
                                    called ->
                                            switch (called) {
                                                case NameOrId.Name(String name) ->
                                                        Optional.of(CampaignName.of(name));
                                                case NameOrId.Id _ -> Optional.empty();
                                            });
        };
    }

    /**
     * Whether a recipient belongs to it.
     *
     * @param site empty where it is not known yet
     * @param source empty where none is chosen yet
     */
    public boolean has(QueuedRecipient recipient, String site, String source) {
        return switch (kind) {
            case DOMAIN -> value.equals(recipient.key().domain());
            case SITE -> value.equals(site);
            case SOURCE -> value.equals(source);
            case CREDENTIAL -> value.equals(recipient.key().credential());
            case CAMPAIGN -> value.equals(recipient.key().campaign());
            case MESSAGE ->
                    MailId.parse(value).filter(id -> id.value() == recipient.message()).isPresent();
        };
    }

    @Override
    public String toString() {
        return kind.name().toLowerCase(Locale.ROOT)
                + ":"
                + (kind == Kind.CAMPAIGN ? new NameOrId.Name(value) : value);
    }
}
