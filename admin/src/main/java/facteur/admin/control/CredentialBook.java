package facteur.admin.control;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who may submit mail. */
public interface CredentialBook {
    /**
     * One credential.
     *
     * @param campaigns {@code any}, or the names it may use
     * @param senderDomains empty: any
     * @param origin where it was written down: {@code file} or {@code admin}
     */
    record Entry(
            String user,
            String campaigns,
            List<String> senderDomains,
            String origin,
            Optional<Instant> created) {
        public Entry {
            senderDomains = List.copyOf(senderDomains);
        }
    }

    List<Entry> entries();

    /** Whether credentials can be made and taken away here, besides those of the file. */
    boolean isWritable();

    /**
     * Makes a credential and answers its password, which is not shown again.
     *
     * @param limits what it may, by the keys that a credential has in a settings file
     * @throws IOException when the user is taken, a limit is none, or the book cannot be written;
     *     the message says which
     */
    String create(String user, Map<String, Object> limits) throws IOException;

    /**
     * Gives a credential another password, which it answers; the old one is of no use any more.
     *
     * @throws IOException when it stands in the file, or the book cannot be written
     */
    String rotate(String user) throws IOException;

    /**
     * @throws IOException when it stands in the file, or the book cannot be written
     */
    void revoke(String user) throws IOException;

    /** A book that only shows. */
    static CredentialBook fixed(List<Entry> entries) {
        List<Entry> copy = List.copyOf(entries);
        return new CredentialBook() {
            @Override
            public List<Entry> entries() {
                return copy;
            }

            @Override
            public boolean isWritable() {
                return false;
            }

            @Override
            public String create(String user, Map<String, Object> limits) throws IOException {
                throw new IOException("credentials are written in the configuration file");
            }

            @Override
            public String rotate(String user) throws IOException {
                throw new IOException("credentials are written in the configuration file");
            }

            @Override
            public void revoke(String user) throws IOException {
                throw new IOException("credentials are written in the configuration file");
            }
        };
    }
}
