package facteur.store;

import facteur.mail.event.Event;
import facteur.store.fold.Folder;
import facteur.store.journal.FileOpener;
import facteur.store.journal.Position;
import facteur.store.lmdb.Environment;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/**
 * Folds events into the views of an empty data directory, without the journal in between, so that
 * the rows are those that a server would have. On disk once it is closed; a process that ends
 * before leaves nothing that may be used.
 */
public final class BulkFold implements AutoCloseable {
    private final Environment views;

    private BulkFold(Environment views) {
        this.views = views;
    }

    /**
     * @throws IOException when there are views in the directory already, or the disk fails
     */
    public static BulkFold open(Store.Options options) throws IOException {
        Layout layout = new Layout(options.directory());
        if (Files.exists(layout.views())) {
            throw new IOException(layout.views() + " exists; only an empty directory is filled");
        }
        Format.claim(layout);
        return new BulkFold(
                Environment.open(layout.views(), Environment.Mode.BULK, FileOpener.real()));
    }

    /** Folds events in one transaction. */
    public void fold(List<Event> events) {
        views.write(
                rows -> {
                    Folder folder = new Folder(rows);
                    events.forEach(event -> folder.fold(Position.START, event));
                    folder.finish();
                    Folding.mark(rows, Position.START);
                });
    }

    @Override
    public void close() {
        views.sync();
        views.close();
    }
}
