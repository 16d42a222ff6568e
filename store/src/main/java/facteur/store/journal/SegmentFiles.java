package facteur.store.journal;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The files of a journal directory: {@code <number>.segment} in use, {@code spare-<n>} zero-filled
 * or recycled for the next ones. Preallocated files halve the time of a sync, since neither size
 * nor extents change.
 */
final class SegmentFiles {
    private static final Logger log = LoggerFactory.getLogger(SegmentFiles.class);
    private static final int SPARES = 2;
    private static final String SPARE = "spare-*";
    private static final Set<StandardOpenOption> READ_WRITE =
            Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);

    private final Path directory;
    private final int size;
    private final FileOpener opener;
    private long spareNumber;
    private volatile boolean closed;

    SegmentFiles(Path directory, int size, FileOpener opener) {
        this.directory = directory;
        this.size = size;
        this.opener = opener;
    }

    /** Opens every segment there is, by number. */
    NavigableMap<Long, Segment> openAll() throws IOException {
        return openAll(directory, opener, READ_WRITE);
    }

    /** Opens every segment of a directory, and changes none. */
    static NavigableMap<Long, Segment> openToRead(Path directory, FileOpener opener)
            throws IOException {
        return openAll(directory, opener, Set.of(StandardOpenOption.READ));
    }

    private static NavigableMap<Long, Segment> openAll(
            Path directory, FileOpener opener, Set<StandardOpenOption> options) throws IOException {
        NavigableMap<Long, Segment> segments = new TreeMap<>();
        try {
            for (Path path : opener.list(directory, "*.segment")) {
                Segment segment = segment(directory, path, opener, options);
                segments.put(segment.number(), segment);
            }
            return segments;
        } catch (IOException | RuntimeException e) {
            closeAll(segments);
            throw e;
        }
    }

    private static Segment segment(
            Path directory, Path path, FileOpener opener, Set<StandardOpenOption> options)
            throws IOException {
        // One of a simulated disk is nothing here.
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new IOException("open " + path + ": it is no file; move it away");
        }
        FileChannel channel = opener.open(path, options);
        Optional<long[]> header = Segment.readHeader(channel);
        if (header.isEmpty() || !path.equals(pathOf(directory, header.get()[0]))) {
            channel.close();
            throw new IOException(
                    path
                            + " does not begin with the header of a segment of this name;"
                            + " move it away to start without it");
        }
        return new Segment(header.get()[0], (int) header.get()[1], path, channel);
    }

    static void closeAll(NavigableMap<Long, Segment> segments) throws IOException {
        for (Segment segment : segments.values()) {
            segment.channel().close();
        }
    }

    /** Says which files are missing between those that are there, from one of them on. */
    static List<String> gaps(Path directory, NavigableMap<Long, Segment> segments, long from) {
        List<String> gaps = new ArrayList<>();
        long expected = segments.isEmpty() ? 0 : Math.max(from, segments.firstKey());
        for (long number : segments.tailMap(expected, true).keySet()) {
            if (number > expected) {
                gaps.add(
                        pathOf(directory, expected)
                                + (number == expected + 1 ? "" : " and what follows up to it")
                                + " is missing before "
                                + pathOf(directory, number).getFileName()
                                + "; put it back, or restore a backup");
            }
            expected = number + 1;
        }
        return gaps;
    }

    /**
     * Makes a segment from a spare, or from nothing; its name and header are on disk when this
     * returns.
     */
    synchronized Segment create(long number) throws IOException {
        Optional<Path> spare = anySpare();
        Path from = spare.isPresent() ? spare.get() : fill();
        Path path = pathOf(number);
        try {
            try (FileChannel channel = opener.open(from, READ_WRITE)) {
                Segment.writeHeader(channel, number, size);
                channel.force(true);
            }
            opener.rename(from, path);
            opener.syncDirectory(directory);
            return new Segment(number, size, path, opener.open(path, READ_WRITE));
        } catch (IOException e) {
            // A file whose sync failed is not trusted again.
            opener.delete(from);
            throw e;
        }
    }

    /** Sees to it that the next segment need not be filled while writers wait. */
    synchronized void prepareSpare() throws IOException {
        if (!closed && anySpare().isEmpty()) {
            fill();
        }
    }

    /**
     * Ends the making of a spare, and lets nobody begin: from here on the directory may be another
     * process's.
     */
    void close() throws IOException {
        closed = true;
        synchronized (this) {
            opener.delete(filling());
        }
    }

    /** Gives the file of a released segment to the spares, or deletes it. */
    synchronized void recycle(Segment segment) throws IOException {
        segment.channel().close();
        if (segment.size() == size && countSpares() < SPARES) {
            opener.rename(segment.path(), nextSpare());
        } else {
            opener.delete(segment.path());
        }
        opener.syncDirectory(directory);
    }

    private Path fill() throws IOException {
        Path filling = filling();
        try (FileChannel channel =
                opener.open(
                        filling,
                        Set.of(
                                StandardOpenOption.CREATE,
                                StandardOpenOption.TRUNCATE_EXISTING,
                                StandardOpenOption.WRITE))) {
            ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 20);
            for (long at = 0; at < size && !closed; at += zeros.capacity()) {
                zeros.clear().limit((int) Math.min(zeros.capacity(), size - at));
                Segment.writeFully(channel, zeros, at);
                // Bit by bit: a sync of the journal never waits behind a whole segment of zeros.
                channel.force(false);
            }
            channel.force(true);
        } catch (IOException e) {
            throw new IOException(
                    "fill " + filling + " with " + size + " octets: " + e.getMessage(), e);
        }
        if (closed) {
            throw new IOException("fill " + filling + ": the journal closes");
        }
        Path spare = nextSpare();
        opener.rename(filling, spare);
        log.debug("filled {} with {} zeros", spare, size);
        return spare;
    }

    private Path filling() {
        return directory.resolve("filling");
    }

    private Path nextSpare() {
        Path path = directory.resolve("spare-" + spareNumber++);
        return opener.exists(path) ? nextSpare() : path;
    }

    private Optional<Path> anySpare() throws IOException {
        for (Path spare : opener.list(directory, SPARE)) {
            if (sizeOf(spare) == size) {
                return Optional.of(spare);
            }
            opener.delete(spare);
        }
        return Optional.empty();
    }

    /** Octets of the spares. */
    long spareOctets() throws IOException {
        return (long) countSpares() * size;
    }

    private long sizeOf(Path file) throws IOException {
        try (FileChannel channel = opener.open(file, Set.of(StandardOpenOption.READ))) {
            return channel.size();
        }
    }

    private int countSpares() throws IOException {
        return opener.list(directory, SPARE).size();
    }

    private Path pathOf(long number) {
        return pathOf(directory, number);
    }

    private static Path pathOf(Path directory, long number) {
        return directory.resolve(String.format("%012d.segment", number));
    }
}
