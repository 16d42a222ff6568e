package facteur.store.journal;

import java.io.IOException;

/**
 * The journal takes nothing more until the process is restarted: a write or a sync failed, and what
 * the disk holds of it is unknown. After a failed sync the kernel may have dropped the pages, so
 * that a second sync would succeed and prove nothing.
 */
public final class JournalStopped extends IOException {
    private static final long serialVersionUID = 1;

    public JournalStopped(String why, Throwable cause) {
        super(why, cause);
    }
}
