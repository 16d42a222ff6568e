package facteur.store;

import facteur.store.journal.FileOpener;
import facteur.store.journal.Position;
import facteur.store.journal.SegmentedJournal;
import facteur.store.lmdb.Environment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.Consumer;

/**
 * Makes the views anew, from the base and the retained journal, while no server runs.
 *
 * <p>The journal is folded in the order in which it was folded the first time, so the new views are
 * the old ones to the last octet. They take the place of the old ones only when they are complete.
 * Where views hold history that is in neither base nor journal, nothing is rebuilt: it would be
 * thrown away.
 */
public final class Rebuild {
    private static final int BATCH = 50_000;

    private Rebuild() {}

    /**
     * @param progress is told in words
     * @return events that were folded
     * @throws IOException when a server runs, the disk fails, or history would be lost
     */
    public static long run(Store.Options options, Consumer<String> progress) throws IOException {
        Layout layout = new Layout(options.directory());
        layout.requireJournal();
        Format.claim(layout);
        Layout.recover(layout.views());
        Layout.recover(layout.base());
        Path next = layout.sibling("views.new");
        Layout.deleteTree(next);
        long events = into(next, options, progress);
        Layout.replace(layout.views(), next);
        return events;
    }

    /** Makes views in a directory of their own. */
    static long into(Path target, Store.Options options, Consumer<String> progress)
            throws IOException {
        Layout layout = new Layout(options.directory());
        Files.createDirectories(target);
        Path base = layout.base().resolve("data.mdb");
        if (Files.exists(base)) {
            requireBase(layout);
            Files.copy(base, target.resolve("data.mdb"), StandardCopyOption.REPLACE_EXISTING);
            progress.accept("begins with the base of " + Files.getLastModifiedTime(base));
        }
        SegmentedJournal.Opened opened =
                SegmentedJournal.open(
                        layout.journal(), options.segmentSize(), Position.START, options.opener());
        opened.damage().forEach(progress);
        try (SegmentedJournal journal = opened.journal();
                Environment views =
                        Environment.open(target, Environment.Mode.BULK, FileOpener.real())) {
            Folding folding = new Folding(journal, views, _ -> {});
            Store.requireNoGap(folding.folded(), journal.oldest(), options.directory());
            Position end = journal.durable();
            folding.catchUp(
                    BATCH,
                    reached ->
                            progress.accept(
                                    folding.events() + " events, at " + reached + " of " + end));
            views.sync();
            return folding.events();
        }
    }

    private static void requireBase(Layout layout) throws IOException {
        try {
            Environment.requireWhole(layout.base());
        } catch (IOException e) {
            throw new IOException(
                    "the base from which a rebuild begins cannot be used: "
                            + e.getMessage()
                            + "; where the journal still holds everything, move "
                            + layout.base()
                            + " away and try again",
                    e);
        }
    }
}
