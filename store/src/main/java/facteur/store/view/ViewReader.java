package facteur.store.view;

import facteur.store.fold.Rows;

import java.util.function.Function;

/** Runs a reading in one short transaction. */
public interface ViewReader {
    <T> T read(Function<Rows, T> reading);
}
