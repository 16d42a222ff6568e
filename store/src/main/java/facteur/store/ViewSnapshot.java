package facteur.store;

import facteur.store.journal.FileOpener;
import facteur.store.journal.Position;
import facteur.store.lmdb.Environment;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A copy of the views from which the retained journal leads to the present ones. Views hold more
 * than the journal does, so without it a rebuild would throw history away.
 *
 * <p>It is renewed when much can be let go, since it costs as much disk as the views, and when it
 * still names a person who has been erased since. Where there is no room for it, it is done
 * without, and said: views can then be restored from a backup only.
 */
final class ViewSnapshot {
    private static final Logger log = LoggerFactory.getLogger(ViewSnapshot.class);

    /** A copy is made when what it lets go is at least this part of what it costs. */
    private static final int WORTH = 2;

    private final Layout layout;
    private final Environment environment;

    /** The last erasure that the copy is known to contain no trace of. */
    private Optional<Position> clean = Optional.empty();

    ViewSnapshot(Layout layout, Environment environment) {
        this.layout = layout;
        this.environment = environment;
    }

    /** Up to where a base knows the journal; the start when there is none. */
    static Position position(Layout layout) throws IOException {
        if (!Files.exists(layout.base().resolve("data.mdb"))) {
            return Position.START;
        }
        try (Environment base =
                Environment.open(layout.base(), Environment.Mode.DURABLE, FileOpener.real())) {
            return base.read(Folding::position);
        }
    }

    /**
     * Sees to it that a copy knows everything before {@code wanted}, when that is worth it.
     *
     * @param folded up to where the views know the journal
     * @param octets that the journal could let go
     * @return up to where the journal may be let go
     */
    Position cover(Position wanted, Position folded, long octets) throws IOException {
        Position known = position(layout);
        if (known.compareTo(wanted) >= 0) {
            return known;
        }
        long views = environment.octets();
        if (octets < views / WORTH) {
            return known;
        }
        if (!hasRoom()) {
            log.warn(
                    "no room for a second copy of the views ({} MiB): they cannot be rebuilt from"
                            + " the journal any more, only restored from a backup",
                    views >> 20);
            Layout.deleteTree(layout.base());
            return folded;
        }
        renew();
        return position(layout);
    }

    /**
     * Renews a copy that knows persons who have been erased since it was made. Where there is no
     * room it stays, and a later call tries again.
     */
    void forgetErased() throws IOException {
        Optional<Position> erased = environment.read(Folding::lastErasure);
        if (erased.isEmpty() || (clean.isPresent() && clean.get().equals(erased.get()))) {
            return;
        }
        if (Files.exists(layout.base()) && position(layout).compareTo(erased.get()) <= 0) {
            if (!hasRoom()) {
                log.warn(
                        "no room to renew the copy of the views in {}, which still names persons"
                                + " who were erased",
                        layout.base());
                return;
            }
            renew();
        }
        clean = erased;
    }

    private boolean hasRoom() throws IOException {
        long free = Files.getFileStore(layout.directory()).getUsableSpace();
        return free >= 2 * environment.octets();
    }

    private void renew() throws IOException {
        Path next = layout.sibling("base.new");
        Layout.deleteTree(next);
        environment.copyTo(next);
        Layout.replace(layout.base(), next);
    }
}
