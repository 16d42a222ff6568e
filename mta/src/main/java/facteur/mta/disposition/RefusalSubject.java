package facteur.mta.disposition;

import java.util.Locale;

/** Whose fault a refusal is, and so who is held back by it. */
public enum RefusalSubject {
    RECIPIENT,
    MESSAGE,
    /** The address we send from, as this site sees it. */
    SOURCE,
    SITE;

    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
