package facteur.admin.control;

import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** The keys with which tracking tokens are sealed. */
public interface KeyBook {
    /**
     * @param current whether new tokens are sealed with it
     */
    record Entry(String id, Instant created, boolean current) {}

    List<Entry> entries();

    /**
     * Seals new tokens with a new key; those of the one before stay valid.
     *
     * @throws IOException when the keys cannot be written
     */
    void rotate() throws IOException;
}
