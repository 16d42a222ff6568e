package facteur.mta.submission;

import java.net.InetAddress;
import java.util.Optional;

/** Knows who may submit. */
public interface Credentials {
    /**
     * The credential, when the password is right and the client may use it. Takes the same time for
     * an unknown user.
     */
    Optional<Credential> authenticate(String user, String password, InetAddress client);
}
