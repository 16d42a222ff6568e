package facteur.message.control;

import java.util.Locale;

/** What was odd about a header, and was noted rather than refused. */
public enum HeaderNote {
    /** There was no Date; it was added. */
    DATE_ADDED,
    /** The header has a line that is no field. */
    NOT_A_FIELD,
    /** There were several of this field with different values; one is sent. */
    REPEATED,
    /** There were more tags than this; the rest is ignored. */
    TOO_MANY_TAGS,
    /** There were more entries of metadata than this; the rest is ignored. */
    TOO_MANY_ENTRIES,
    /** This field holds no JSON object; it is ignored. */
    NOT_JSON,
    /** This field asks for a way of tracking that there is not; it is ignored. */
    UNKNOWN_TRACKING,
    /** This field is known elsewhere and has no effect here. */
    NO_EFFECT;

    /** As stored, and as the key of the words shown to people. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** With what it is about, behind a blank. */
    String about(String what) {
        return key() + " " + what;
    }
}
