package facteur.mta.disposition;

import java.util.Locale;

/** What a refusal says about the address. */
public enum Meaning {
    /** Proven bad: never send to it again. */
    HARD,
    /** Not proven bad: the sender, the message, the moment, or unknown. */
    SOFT;

    /** The name used in files and JSON. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
