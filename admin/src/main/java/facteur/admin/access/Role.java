package facteur.admin.access;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a visitor may do; each role but the first may do what those before it may. */
public enum Role {
    /** Hand in mail, and see nothing: for keys alone. */
    SENDER("send"),
    /** See everything. */
    VIEWER("read"),
    /** Suppress, lift, retry, cancel, hold. */
    OPERATOR("operate"),
    /** Accounts, keys, credentials. */
    ADMIN("admin");

    private final String scope;

    Role(String scope) {
        this.scope = scope;
    }

    /** Those that an account may have. */
    public static List<Role> ofAccounts() {
        return List.of(VIEWER, OPERATOR, ADMIN);
    }

    public boolean covers(Role needed) {
        // Who only looks does not send.
        return this == needed || (needed == SENDER ? this == ADMIN : compareTo(needed) > 0);
    }

    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What a key with this role is good for, in one word. */
    public String scope() {
        return scope;
    }

    /** A role that an account may have. */
    public static Optional<Role> of(String key) {
        return ofAccounts().stream().filter(role -> role.key().equals(key)).findFirst();
    }

    /** The role of a key, by its scope; the word for an account's role is taken as well. */
    public static Optional<Role> ofScope(String word) {
        for (Role role : values()) {
            if (role.scope.equals(word)) {
                return Optional.of(role);
            }
        }
        return of(word);
    }
}
