package facteur.message.mime;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The header fields of which a message has one at most (RFC 5322 3.6, RFC 2045 4, RFC 2369, RFC
 * 2919, RFC 8058), and what becomes of more. Receivers refuse a message with two of a kind, and
 * readers differ in which of them they show. Several of those that describe the body are not among
 * them: they make its structure doubtful ({@link WhyNotTracked#MALFORMED}), and stay.
 *
 * <p>One that says nothing is none (of these, Subject alone may be empty), and two that say the
 * same are one. With different values it depends on who would be misled by a choice: a server of
 * submission may complete a message, and the less it knows the more careful it is (RFC 5321 6.4).
 */
public enum SingleField {
    FROM(Repeats.REFUSED),
    SENDER(Repeats.REFUSED),
    REPLY_TO(Repeats.REFUSED),
    SUBJECT(Repeats.REFUSED),
    TO(Repeats.JOINED_BY_COMMA),
    CC(Repeats.JOINED_BY_COMMA),
    LIST_UNSUBSCRIBE(Repeats.JOINED_BY_COMMA),
    LIST_SUBSCRIBE(Repeats.JOINED_BY_COMMA),
    LIST_HELP(Repeats.JOINED_BY_COMMA),
    LIST_POST(Repeats.JOINED_BY_COMMA),
    LIST_OWNER(Repeats.JOINED_BY_COMMA),
    LIST_ARCHIVE(Repeats.JOINED_BY_COMMA),
    IN_REPLY_TO(Repeats.JOINED_BY_BLANK),
    REFERENCES(Repeats.JOINED_BY_BLANK),
    DATE(Repeats.FIRST_STAYS),
    MESSAGE_ID(Repeats.FIRST_STAYS),
    MIME_VERSION(Repeats.FIRST_STAYS),
    LIST_ID(Repeats.FIRST_STAYS),
    LIST_UNSUBSCRIBE_POST(Repeats.FIRST_STAYS),
    FEEDBACK_ID(Repeats.FIRST_STAYS),
    AUTO_SUBMITTED(Repeats.FIRST_STAYS);

    /** What becomes of several that differ. */
    public enum Repeats {
        /** People read in them whose message it is and what it is about: nobody can choose. */
        REFUSED,
        /** Lists of addresses, which are read as one (RFC 5322 4.5.3, RFC 2369 2). */
        JOINED_BY_COMMA,
        /** Lists of message ids. */
        JOINED_BY_BLANK,
        /** They are for programs, and the first is what we record. */
        FIRST_STAYS
    }

    private static final Map<String, SingleField> BY_NAME =
            Arrays.stream(values())
                    .collect(Collectors.toUnmodifiableMap(SingleField::key, Function.identity()));

    /**
     * Others whose grammar has no empty value, by name in lower case: those of a resending (RFC
     * 5322 3.6.6), of a body (RFC 2045 4, 5, 6 and 7, RFC 2183, RFC 3282), and what programs read.
     * There may be several of them, but none says nothing.
     */
    private static final Set<String> NEVER_EMPTY =
            Set.of(
                    "resent-date",
                    "resent-from",
                    "resent-sender",
                    "resent-to",
                    "resent-cc",
                    "resent-bcc",
                    "resent-message-id",
                    "content-type",
                    "content-transfer-encoding",
                    "content-disposition",
                    "content-id",
                    "content-language",
                    "content-location",
                    "content-md5",
                    "keywords",
                    "importance",
                    "priority",
                    "sensitivity",
                    "precedence",
                    "archived-at",
                    "disposition-notification-to",
                    "return-receipt-to",
                    "errors-to");

    private final String key = name().toLowerCase(Locale.ROOT).replace('_', '-');
    private final Repeats repeats;

    SingleField(Repeats repeats) {
        this.repeats = repeats;
    }

    /** The one of that name, in lower case. */
    static Optional<SingleField> of(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /** Whether values of the fields of that name, in lower case, are parted by commas. */
    public static boolean isListWithCommas(String name) {
        return of(name).filter(field -> field.repeats == Repeats.JOINED_BY_COMMA).isPresent();
    }

    /** The name in lower case. */
    public String key() {
        return key;
    }

    /** The name as people write it: {@code Reply-To}. */
    public String written() {
        return Arrays.stream(key.split("-", -1))
                .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
                .collect(Collectors.joining("-"));
    }

    public Repeats repeats() {
        return repeats;
    }

    /** Whether a field of that name, in lower case, must not stand there and say nothing. */
    static boolean isNeverEmpty(String name) {
        return NEVER_EMPTY.contains(name);
    }

    /** Whether comments in a field of that name, in lower case, are no text of its own. */
    static boolean isStructured(String name) {
        return of(name).map(SingleField::isStructured).orElseGet(() -> isNeverEmpty(name));
    }

    /** Whether comments in it are no text of its own (RFC 5322 2.2.2). */
    private boolean isStructured() {
        return this != SUBJECT && this != FEEDBACK_ID;
    }

    /** Whether it may stand there and say nothing. */
    boolean mayBeEmpty() {
        return this == SUBJECT;
    }
}
