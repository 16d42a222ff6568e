package facteur.store;

import facteur.store.fold.Rows;
import facteur.store.fold.Table;
import facteur.store.journal.FileOpener;
import facteur.store.lmdb.Environment;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Every row of every table, readable. */
final class Dump {
    private Dump() {}

    static List<String> of(Rows rows) {
        List<String> lines = new ArrayList<>();
        for (Table table : Table.values()) {
            rows.scan(
                    table,
                    new byte[0],
                    (key, value) ->
                            lines.add(
                                    table
                                            + " "
                                            + HexFormat.of().formatHex(key)
                                            + " = "
                                            + HexFormat.of().formatHex(value)));
        }
        return lines;
    }

    static List<String> of(Path views) throws IOException {
        try (Environment environment =
                Environment.open(views, Environment.Mode.DURABLE, FileOpener.real())) {
            return environment.read(Dump::of);
        }
    }
}
