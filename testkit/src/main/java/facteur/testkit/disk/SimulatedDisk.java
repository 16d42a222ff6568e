package facteur.testkit.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * A disk in memory that can fail at every call, and lose its power.
 *
 * <p>What survives a loss of power: all that was synced; of the rest of a file any sectors ({@link
 * SimulatedFile}); of names given, changed and deleted since the last sync of the directory the
 * first ones, since file systems keep these in order. A sync of a file syncs no name.
 */
public final class SimulatedDisk {
    /** What is asked of the disk; an error there makes the call fail. */
    public enum Call {
        OPEN,
        READ,
        /** An error leaves any beginning of what was to be written. */
        WRITE,
        WRITTEN,
        SYNC,
        SYNCED,
        RENAME,
        RENAMED,
        DELETE,
        LIST,
        SYNC_DIRECTORY,
        /** Of a transaction on another disk. */
        COMMIT,
        COMMITTED
    }

    /** What goes wrong. */
    @FunctionalInterface
    public interface Trouble {
        /**
         * @throws IOException to make the call fail
         * @throws PowerLoss to stop the machine; {@link #losePower} is the caller's to call
         */
        void at(Call call, Path path) throws IOException;
    }

    private record Naming(Path path, java.util.Optional<SimulatedFile> file) {
        void apply(NavigableMap<Path, SimulatedFile> names) {
            if (file.isPresent()) {
                names.put(path, file.get());
            } else {
                names.remove(path);
            }
        }
    }

    private final RandomGenerator random;
    private final NavigableMap<Path, SimulatedFile> names = new TreeMap<>();
    private final NavigableMap<Path, SimulatedFile> storedNames = new TreeMap<>();
    // A rename is one list of two, as both hold or none.
    private final List<List<Naming>> namings = new ArrayList<>();
    private Trouble trouble = (_, _) -> {};
    private int mounts;

    public SimulatedDisk(RandomGenerator random) {
        this.random = random;
    }

    /** What goes wrong from now on. */
    public synchronized void trouble(Trouble next) {
        trouble = next;
    }

    /** The disk for a machine that starts; what an earlier one does to it from now on is void. */
    public synchronized Mount mount() {
        return new Mount(++mounts);
    }

    /** The machine stops; what is left is what the next one finds. */
    public synchronized void losePower() {
        mounts++;
        List<SimulatedFile.Survival> ways = List.of(SimulatedFile.Survival.values());
        SimulatedFile.Survival survival = ways.get(random.nextInt(ways.size()));
        int kept =
                switch (survival) {
                    case NOTHING -> 0;
                    case EVERYTHING -> namings.size();
                    case SOME_PAGES, SOME_SECTORS -> random.nextInt(namings.size() + 1);
                };
        namings.subList(0, kept).forEach(each -> each.forEach(one -> one.apply(storedNames)));
        namings.clear();
        names.clear();
        names.putAll(storedNames);
        names.values().forEach(file -> file.losePower(survival, random));
    }

    private void name(List<Naming> naming) {
        naming.forEach(one -> one.apply(names));
        namings.add(naming);
    }

    private static Naming given(Path path, SimulatedFile file) {
        return new Naming(path, java.util.Optional.of(file));
    }

    private static Naming gone(Path path) {
        return new Naming(path, java.util.Optional.empty());
    }

    /** The disk as one machine has it, until it stops. */
    public final class Mount {
        private final int number;
        private final SimulatedChannel.Access access = new Octets();

        Mount(int number) {
            this.number = number;
        }

        private boolean isVoid() {
            return number != mounts;
        }

        public FileChannel open(Path path, Set<? extends OpenOption> options) throws IOException {
            synchronized (SimulatedDisk.this) {
                trouble.at(Call.OPEN, path);
                SimulatedFile file = names.get(path);
                if (file == null && !options.contains(StandardOpenOption.CREATE)) {
                    throw new NoSuchFileException(path.toString());
                }
                if (file == null || options.contains(StandardOpenOption.TRUNCATE_EXISTING)) {
                    file = new SimulatedFile();
                    name(List.of(given(path, file)));
                }
                return new SimulatedChannel(access, path, file);
            }
        }

        public void rename(Path from, Path to) throws IOException {
            synchronized (SimulatedDisk.this) {
                if (isVoid()) {
                    return;
                }
                trouble.at(Call.RENAME, from);
                SimulatedFile file = names.get(from);
                if (file == null) {
                    throw new NoSuchFileException(from.toString());
                }
                name(List.of(gone(from), given(to, file)));
                trouble.at(Call.RENAMED, from);
            }
        }

        public void delete(Path path) throws IOException {
            synchronized (SimulatedDisk.this) {
                if (isVoid()) {
                    return;
                }
                trouble.at(Call.DELETE, path);
                if (names.containsKey(path)) {
                    name(List.of(gone(path)));
                }
            }
        }

        public List<Path> list(Path directory, String glob) throws IOException {
            synchronized (SimulatedDisk.this) {
                trouble.at(Call.LIST, directory);
                PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
                return names.keySet().stream()
                        .filter(path -> directory.equals(path.getParent()))
                        .filter(path -> matcher.matches(Objects.requireNonNull(path.getFileName())))
                        .toList();
            }
        }

        public boolean exists(Path path) {
            synchronized (SimulatedDisk.this) {
                return names.containsKey(path);
            }
        }

        public void syncDirectory(Path directory) throws IOException {
            synchronized (SimulatedDisk.this) {
                if (isVoid()) {
                    return;
                }
                trouble.at(Call.SYNC_DIRECTORY, directory);
                namings.forEach(each -> each.forEach(one -> one.apply(storedNames)));
                namings.clear();
            }
        }

        /** Runs the commit of what keeps its own files, so that it can fail as the others. */
        public void commit(Runnable commit, Path what) throws IOException {
            synchronized (SimulatedDisk.this) {
                if (isVoid()) {
                    throw new IOException("the machine has stopped");
                }
                trouble.at(Call.COMMIT, what);
                commit.run();
                trouble.at(Call.COMMITTED, what);
            }
        }

        /** Reading, writing and syncing of files. */
        private final class Octets implements SimulatedChannel.Access {
            @Override
            public int read(SimulatedFile file, Path path, ByteBuffer to, long from)
                    throws IOException {
                synchronized (SimulatedDisk.this) {
                    trouble.at(Call.READ, path);
                    return file.read(to, from);
                }
            }

            @Override
            public int write(SimulatedFile file, Path path, ByteBuffer from, long to)
                    throws IOException {
                synchronized (SimulatedDisk.this) {
                    int length = from.remaining();
                    if (isVoid()) {
                        from.position(from.limit());
                        return length;
                    }
                    try {
                        trouble.at(Call.WRITE, path);
                    } catch (IOException | PowerLoss e) {
                        int some = random.nextInt(length + 1);
                        file.write(from.slice(from.position(), some), to);
                        throw e;
                    }
                    file.write(from, to);
                    trouble.at(Call.WRITTEN, path);
                    return length;
                }
            }

            @Override
            public void sync(SimulatedFile file, Path path) throws IOException {
                synchronized (SimulatedDisk.this) {
                    if (isVoid()) {
                        return;
                    }
                    try {
                        trouble.at(Call.SYNC, path);
                    } catch (IOException e) {
                        file.failSync();
                        throw e;
                    }
                    file.sync();
                    trouble.at(Call.SYNCED, path);
                }
            }
        }
    }
}
