package facteur.mta.submission;

import facteur.config.password.ScramKeys;

import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Knows who may submit. An unknown user takes as long, and is told the same, as a wrong password.
 */
public interface Credentials {
    /**
     * The credential, when the password is right and the client may use it. Completed at once where
     * comparing is quick; exceptionally when too many are being compared.
     */
    CompletableFuture<Optional<Credential>> authenticate(
            String user, String password, InetAddress client);

    /** Whether every credential can be proven by SCRAM-SHA-256; only then it may be announced. */
    boolean offerScram();

    /** What SCRAM compares with; for an unknown user keys without a password, always the same. */
    ScramKeys scramKeys(String user);

    /** The credential of a user who proved to have the password, when the client may use it. */
    Optional<Credential> proven(String user, InetAddress client);
}
