package facteur.store.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * What a journal begins with: the lock on its directory, its segments, the end that {@link Scan}
 * found, and an epoch that no record has yet.
 */
record JournalOpening(
        FileLock lock,
        SegmentFiles files,
        ConcurrentNavigableMap<Long, Segment> segments,
        Position end,
        int epoch,
        List<String> damage) {
    // A number of ten digits, and room to see that something else stands there.
    private static final int MOST_OF_EPOCH = 64;

    static JournalOpening of(Path directory, int segmentSize, Position verified, FileOpener opener)
            throws IOException {
        Files.createDirectories(directory);
        FileLock lock = lock(directory.resolve("lock"));
        try {
            return of(lock, directory, segmentSize, verified, opener);
        } catch (IOException | RuntimeException e) {
            lock.channel().close();
            throw e;
        }
    }

    private static JournalOpening of(
            FileLock lock, Path directory, int segmentSize, Position verified, FileOpener opener)
            throws IOException {
        SegmentFiles files = new SegmentFiles(directory, segmentSize, opener);
        ConcurrentNavigableMap<Long, Segment> segments =
                new ConcurrentSkipListMap<>(files.openAll());
        if (segments.isEmpty()) {
            // Not at 0 when the views know more: positions must never be given out twice.
            long number = verified.equals(Position.START) ? 0 : verified.segment() + 1;
            segments.put(number, files.create(number));
        }
        // What lies behind a gap would be taken for octets that were never acknowledged.
        List<String> gaps = SegmentFiles.gaps(directory, segments, verified.segment());
        if (!gaps.isEmpty()) {
            throw new IOException(gaps.getFirst());
        }
        Position first = Position.of(segments.firstKey(), Segment.FIRST_RECORD);
        Scan.Result scan =
                Scan.follow(segments, verified.compareTo(first) > 0 ? verified : first, 0);
        List<String> damage = new ArrayList<>();
        for (Scan.Damage bad : scan.damage()) {
            damage.add(keepAside(directory, segments, bad));
        }
        int epoch = nextEpoch(directory, scan.lastEpoch(), opener);
        for (Segment beyond : List.copyOf(segments.tailMap(scan.end().segment(), false).values())) {
            segments.remove(beyond.number());
            files.recycle(beyond);
        }
        if (!segments.containsKey(scan.end().segment())) {
            segments.put(scan.end().segment(), files.create(scan.end().segment()));
        }
        return new JournalOpening(lock, files, segments, scan.end(), epoch, damage);
    }

    private static FileLock lock(Path path) throws IOException {
        FileChannel channel =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return lock;
            }
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw new IOException(path + " is already held by this process", e);
        }
        channel.close();
        throw new IOException(
                path
                        + " is held by another process: one data directory serves one running"
                        + " Facteur");
    }

    private static int nextEpoch(Path directory, int lastInJournal, FileOpener opener)
            throws IOException {
        Path path = directory.resolve("epoch");
        int before = opener.exists(path) ? number(path, opener) : 0;
        int epoch = Math.max(before, lastInJournal) + 1;
        Path next = directory.resolve("epoch.new");
        try (FileChannel channel =
                opener.open(
                        next,
                        Set.of(
                                StandardOpenOption.CREATE,
                                StandardOpenOption.TRUNCATE_EXISTING,
                                StandardOpenOption.WRITE))) {
            byte[] text = (epoch + "\n").getBytes(StandardCharsets.US_ASCII);
            Segment.writeFully(channel, ByteBuffer.wrap(text), 0);
            channel.force(true);
        }
        opener.rename(next, path);
        // Records of this epoch must not outlive its file: the next one would be lower than theirs.
        opener.syncDirectory(directory);
        return epoch;
    }

    /**
     * Looks at what an opening reads first, and changes nothing.
     *
     * @throws IOException in words when the file of the epoch holds no number, or a segment is none
     */
    static void requireReadable(Path directory) throws IOException {
        if (Files.exists(directory)) {
            requireEpoch(directory, FileOpener.real());
            SegmentFiles.closeAll(SegmentFiles.openToRead(directory, FileOpener.real()));
        }
    }

    /**
     * @throws IOException when the file of the epoch holds no number
     */
    static void requireEpoch(Path directory, FileOpener opener) throws IOException {
        Path path = directory.resolve("epoch");
        if (opener.exists(path)) {
            number(path, opener);
        }
    }

    private static int number(Path path, FileOpener opener) throws IOException {
        String text = text(path, opener).strip();
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IOException(
                    path
                            + (text.isEmpty() ? " is empty" : " holds no number")
                            + ", as after a copy to a full disk; write a number into it that is"
                            + " larger than any before (1000000 will do) and start again",
                    e);
        }
    }

    private static String text(Path path, FileOpener opener) throws IOException {
        try (FileChannel channel = opener.open(path, Set.of(StandardOpenOption.READ))) {
            ByteBuffer octets = ByteBuffer.allocate((int) Math.min(MOST_OF_EPOCH, channel.size()));
            boolean _ = Segment.readFully(channel, octets, 0);
            return StandardCharsets.ISO_8859_1.decode(octets.flip()).toString();
        }
    }

    /** Copies damaged octets to a file for people to look at. */
    private static String keepAside(
            Path directory, ConcurrentNavigableMap<Long, Segment> segments, Scan.Damage bad)
            throws IOException {
        Segment segment = Objects.requireNonNull(segments.get(bad.from().segment()));
        int end = bad.to().segment() == bad.from().segment() ? bad.to().offset() : segment.size();
        Path aside =
                directory.resolve("damaged-" + bad.from().segment() + "-" + bad.from().offset());
        ByteBuffer octets = ByteBuffer.allocate(end - bad.from().offset());
        Segment.readFully(segment.channel(), octets, bad.from().offset());
        Files.write(aside, octets.array());
        return segment.path()
                + " octets "
                + bad.from().offset()
                + " to "
                + end
                + " are damaged; they were copied to "
                + aside;
    }
}
