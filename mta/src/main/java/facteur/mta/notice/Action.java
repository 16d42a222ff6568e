package facteur.mta.notice;

import java.util.Locale;

/** What a notice says (RFC 3464 2.3.3). */
enum Action {
    FAILED,
    DELAYED;

    /** As it stands in the notice. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
