package facteur.mail.token;

import java.security.SecureRandom;
import java.time.Instant;

/** One secret under which tokens are sealed. Compared and shown by id alone. */
final class SealKey {
    /** Key ids have five bits. */
    static final int IDS = 32;

    static final int OCTETS = 64;

    private final int id;
    private final Instant since;
    private final byte[] secret;
    private final AesSiv cipher;

    SealKey(int id, Instant since, byte[] secret) {
        if (id < 0 || id >= IDS || secret.length != OCTETS) {
            throw new IllegalArgumentException(
                    "token key "
                            + id
                            + " of "
                            + secret.length
                            + " octets: ids go from 0 to "
                            + (IDS - 1)
                            + " and keys have "
                            + OCTETS
                            + " octets");
        }
        this.id = id;
        this.since = since;
        this.secret = secret.clone();
        this.cipher = new AesSiv(this.secret);
    }

    static SealKey random(int id, Instant since, SecureRandom random) {
        byte[] secret = new byte[OCTETS];
        random.nextBytes(secret);
        return new SealKey(id, since, secret);
    }

    int id() {
        return id;
    }

    Instant since() {
        return since;
    }

    byte[] secret() {
        return secret.clone();
    }

    AesSiv cipher() {
        return cipher;
    }

    @Override
    public String toString() {
        return "token key " + id + " since " + since;
    }
}
