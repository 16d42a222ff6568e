package facteur.store.fold;

import facteur.mail.address.Address;
import facteur.mail.event.OperatorEvent;
import facteur.mail.event.OperatorEvent.ImportCommitted;
import facteur.mail.event.OperatorEvent.ImportStaged;
import facteur.mail.suppression.Suppression;
import facteur.store.codec.EventCodec;
import facteur.store.query.ImportProgress;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiConsumer;

/**
 * An import of suppressions, taken whole or not at all.
 *
 * <p>Its parts lie in {@link Table#IMPORTS} and mean nothing until the commit is folded; then all
 * of them apply in that one transaction. Parts of an import that is never committed are dropped by
 * the next one that is. A part that is folded again after its commit applies again, which changes
 * nothing.
 */
public final class SuppressionImport {
    // Behind any part.
    private static final int COMMIT = -1;

    private final Rows rows;
    private final BiConsumer<Address, Suppression> suppress;

    SuppressionImport(Rows rows, BiConsumer<Address, Suppression> suppress) {
        this.rows = rows;
        this.suppress = suppress;
    }

    static byte[] key(long id, int part) {
        return ByteBuffer.allocate(12).putLong(id).putInt(part).array();
    }

    /** Parts of an import that have been folded and not committed. */
    public static int staged(Rows rows, long id) {
        byte[] prefix = Keys.contact(id);
        int[] count = {0};
        rows.scan(
                Table.IMPORTS,
                prefix,
                (_, _) -> {
                    count[0]++;
                    return true;
                });
        return count[0];
    }

    /**
     * Imports that have begun or are over, the newest first.
     *
     * @param rows of the views
     */
    public static List<ImportProgress> latest(Rows rows, int limit) {
        Map<Long, ImportProgress> found = new LinkedHashMap<>();
        rows.scanBack(
                Table.IMPORTS,
                new byte[0],
                Keys.behind(new byte[0]),
                (key, value) -> {
                    ByteBuffer at = ByteBuffer.wrap(key);
                    long id = at.getLong();
                    boolean isNew = !found.containsKey(id);
                    if (isNew && found.size() == limit) {
                        return false;
                    }
                    if (at.getInt() == COMMIT) {
                        found.put(
                                id,
                                progress(
                                        (ImportCommitted)
                                                EventCodec.decode(ByteBuffer.wrap(value))));
                    } else if (isNew) {
                        found.put(
                                id,
                                progress((ImportStaged) EventCodec.decode(ByteBuffer.wrap(value))));
                    } else {
                        found.computeIfPresent(id, (_, row) -> andOne(row));
                    }
                    return true;
                });
        return List.copyOf(found.values());
    }

    private static ImportProgress progress(ImportCommitted commit) {
        return new ImportProgress(
                commit.id(),
                commit.at(),
                commit.operator(),
                commit.why(),
                commit.parts(),
                OptionalLong.of(commit.rows()));
    }

    private static ImportProgress progress(ImportStaged part) {
        return new ImportProgress(
                part.id(), part.at(), part.operator(), "", 1, OptionalLong.empty());
    }

    private static ImportProgress andOne(ImportProgress known) {
        return new ImportProgress(
                known.id(),
                known.at(),
                known.operator(),
                known.why(),
                known.parts() + 1,
                known.rows());
    }

    void staged(ImportStaged event) {
        Optional<ImportCommitted> commit =
                rows.get(Table.IMPORTS, key(event.id(), COMMIT))
                        .map(
                                octets ->
                                        (ImportCommitted)
                                                EventCodec.decode(ByteBuffer.wrap(octets)));
        if (commit.isPresent()) {
            apply(event, commit.get());
        } else {
            rows.put(Table.IMPORTS, key(event.id(), event.part()), EventCodec.encode(event));
        }
    }

    void committed(ImportCommitted event) {
        for (int part = 0; part < event.parts(); part++) {
            byte[] key = key(event.id(), part);
            rows.get(Table.IMPORTS, key)
                    .map(octets -> (ImportStaged) EventCodec.decode(ByteBuffer.wrap(octets)))
                    .ifPresent(staged -> apply(staged, event));
            rows.delete(Table.IMPORTS, key);
        }
        rows.put(Table.IMPORTS, key(event.id(), COMMIT), EventCodec.encode(event));
        dropAbandoned(event.id());
    }

    private void apply(ImportStaged part, ImportCommitted commit) {
        for (OperatorEvent.Imported row : part.rows()) {
            suppress.accept(
                    row.address(),
                    new Suppression(
                            row.cause(),
                            row.scope(),
                            row.since().orElse(commit.at()),
                            row.expires(),
                            Optional.empty(),
                            row.why().isEmpty() ? commit.why() : row.why(),
                            "",
                            commit.operator()));
        }
    }

    /** Ids grow with time: what is older and has no commit will not get one. */
    private void dropAbandoned(long id) {
        byte[] own = Keys.contact(id);
        byte[] commit = ByteBuffer.allocate(4).putInt(COMMIT).array();
        List<byte[]> abandoned = new ArrayList<>();
        rows.scan(
                Table.IMPORTS,
                new byte[0],
                (key, _) -> {
                    boolean older = Arrays.compareUnsigned(key, 0, 8, own, 0, 8) < 0;
                    if (older && !Arrays.equals(key, 8, 12, commit, 0, 4)) {
                        abandoned.add(key);
                    }
                    return older;
                });
        abandoned.forEach(key -> rows.delete(Table.IMPORTS, key));
    }
}
