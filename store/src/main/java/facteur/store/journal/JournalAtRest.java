package facteur.store.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;

/**
 * The journal of a directory that nobody writes, as a check reads it: no file is made, changed or
 * moved. Where there is a lock it is shared, so no server begins meanwhile.
 */
public final class JournalAtRest implements AutoCloseable {
    private final Optional<FileLock> lock;
    private final NavigableMap<Long, Segment> segments;
    private final SegmentReader reader;
    private final Position durable;
    private final List<String> damage;

    private JournalAtRest(
            Optional<FileLock> lock,
            NavigableMap<Long, Segment> segments,
            Position durable,
            List<String> damage) {
        this.lock = lock;
        this.segments = segments;
        this.reader = new SegmentReader(segments);
        this.durable = durable;
        this.damage = List.copyOf(damage);
    }

    /**
     * @throws IOException in words when a server runs, or a file is not what it should be
     */
    public static JournalAtRest open(Path directory, FileOpener opener) throws IOException {
        Optional<FileLock> lock = share(directory.resolve("lock"));
        try {
            JournalOpening.requireEpoch(directory, opener);
            return open(lock, SegmentFiles.openToRead(directory, opener), directory);
        } catch (IOException | RuntimeException e) {
            if (lock.isPresent()) {
                lock.get().channel().close();
            }
            throw e;
        }
    }

    private static JournalAtRest open(
            Optional<FileLock> lock, NavigableMap<Long, Segment> segments, Path directory)
            throws IOException {
        try {
            if (segments.isEmpty()) {
                throw new IOException(
                        directory + " holds no segment of a journal; restore a backup");
            }
            List<String> damage = new ArrayList<>();
            damage.addAll(SegmentFiles.gaps(directory, segments, 0));
            Position first = Position.of(segments.firstKey(), Segment.FIRST_RECORD);
            Scan.Result scan = Scan.follow(segments, first, 0);
            scan.damage().forEach(bad -> damage.add(words(segments, bad)));
            long last = segments.lastKey();
            if (scan.end().segment() < last) {
                damage.add(
                        "the records of "
                                + directory
                                + " end at "
                                + scan.end()
                                + ", and segments follow up to "
                                + last);
            }
            return new JournalAtRest(lock, segments, scan.end(), damage);
        } catch (IOException | RuntimeException e) {
            SegmentFiles.closeAll(segments);
            throw e;
        }
    }

    private static String words(NavigableMap<Long, Segment> segments, Scan.Damage bad) {
        Segment segment = segments.get(bad.from().segment());
        return segment == null
                ? "the octets from " + bad.from() + " to " + bad.to() + " are missing"
                : segment.path()
                        + " is damaged from octet "
                        + bad.from().offset()
                        + " to "
                        + (bad.to().segment() == bad.from().segment()
                                ? bad.to().offset()
                                : segment.size());
    }

    /** Empty where there is no lock, as in a backup. */
    private static Optional<FileLock> share(Path path) throws IOException {
        if (Files.notExists(path)) {
            return Optional.empty();
        }
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        try {
            FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true);
            if (lock != null) {
                return Optional.of(lock);
            }
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw new IOException(path + " is already held by this process", e);
        }
        channel.close();
        throw new IOException(
                path + " is held by another process: stop the server, or look at a backup of it");
    }

    /** What is wrong with it, in words. */
    public List<String> damage() {
        return damage;
    }

    /** The end of the records. */
    public Position durable() {
        return durable;
    }

    public Position oldest() {
        return reader.oldest();
    }

    /** As {@link Journal#read}. */
    public Position read(Position from, int limit, Journal.Visitor visitor) throws IOException {
        return reader.read(from, durable, limit, visitor);
    }

    /** As {@link Journal#message}. */
    public Optional<Journal.StoredMessage> message(Position position) throws IOException {
        return reader.message(position);
    }

    @Override
    public void close() throws IOException {
        SegmentFiles.closeAll(segments);
        if (lock.isPresent()) {
            Objects.requireNonNull(lock.get().channel()).close();
        }
    }
}
