package facteur.admin.access;

import java.util.Optional;

/**
 * A known visitor.
 *
 * @param name of the account, or of the key
 * @param account whose rights these are; empty: the owner of the data directory
 * @param csrf what a form must bring along; empty where no cookie speaks for the visitor
 */
public record Visitor(String name, Role role, Means means, Optional<String> account, String csrf) {
    /** How the visitor was authenticated. */
    public enum Means {
        SESSION,
        KEY,
        /** The token that only the owner of the data directory can read. */
        COMMAND_LINE
    }

    public boolean may(Role needed) {
        return role.covers(needed);
    }

    /** Whether a page elsewhere could make the browser speak in this name. */
    public boolean isCookie() {
        return means == Means.SESSION;
    }
}
