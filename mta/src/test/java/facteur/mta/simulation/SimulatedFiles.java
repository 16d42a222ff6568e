package facteur.mta.simulation;

import facteur.store.journal.FileOpener;
import facteur.testkit.disk.SimulatedDisk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** A simulated disk as the store reaches it. */
record SimulatedFiles(SimulatedDisk.Mount mount) implements FileOpener {
    private static final Path VIEWS = Path.of("views");

    @Override
    public FileChannel open(Path path, Set<? extends OpenOption> options) throws IOException {
        return mount.open(path, options);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        mount.rename(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
        mount.delete(path);
    }

    @Override
    public List<Path> list(Path directory, String glob) throws IOException {
        return mount.list(directory, glob);
    }

    @Override
    public boolean exists(Path path) {
        return mount.exists(path);
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        mount.syncDirectory(directory);
    }

    @Override
    public void commit(Runnable commit) {
        try {
            mount.commit(commit, VIEWS);
        } catch (IOException e) {
            throw new UncheckedIOException("commit the views: " + e.getMessage(), e);
        }
    }
}
