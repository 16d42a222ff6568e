package facteur.mta.notice;

import java.util.Locale;

/** What a notice says (RFC 3464 2.3.3). */
enum DsnAction {
    FAILED("5"),
    DELAYED("4"),
    /** Handed to a host that sends no notices itself (RFC 3461 5.2.2). */
    RELAYED("2");

    private final String statusClass;

    DsnAction(String statusClass) {
        this.statusClass = statusClass;
    }

    /** The class of the status that fits it (RFC 3464 2.3.4). */
    String statusClass() {
        return statusClass;
    }

    /** As it stands in the notice. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
