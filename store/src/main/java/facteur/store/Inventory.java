package facteur.store;

import facteur.store.fold.Table;
import facteur.store.journal.FileOpener;
import facteur.store.lmdb.Environment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** How much is where, also while a server runs. */
public final class Inventory {
    private Inventory() {}

    /**
     * One part of a store.
     *
     * @param rows 0 for what has none
     */
    public record Part(String name, long rows, long octets) {}

    /** The tables of the views, the views' file, the journal. */
    public static List<Part> of(Path dataDirectory) throws IOException {
        Layout layout = new Layout(dataDirectory);
        Backup.requireStore(layout);
        List<Part> parts = new ArrayList<>();
        try (Environment views =
                Environment.open(layout.views(), Environment.Mode.READ_ONLY, FileOpener.real())) {
            long messages = 0;
            for (var table : views.sizes().entrySet()) {
                Environment.Size size = table.getValue();
                parts.add(new Part(table.getKey().key(), size.rows(), size.octets()));
                messages = table.getKey() == Table.MESSAGES ? size.rows() : messages;
            }
            parts.add(new Part("views", messages, views.octets()));
        }
        try (Stream<Path> files = Files.list(layout.journal())) {
            long octets = 0;
            for (Path file : files.toList()) {
                octets += Files.size(file);
            }
            parts.add(new Part("journal", 0, octets));
        }
        return parts;
    }
}
