package facteur.store.journal;

import facteur.mail.event.SubmissionEvent;
import facteur.mail.message.Content;
import facteur.store.codec.EventCodec;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The journal of one node: segment files, one writer, group commit.
 *
 * <p>The writer takes everything that waits, writes it, syncs once, and completes the futures. No
 * delay is added to fill a batch: while one sync runs, the next batch forms. Order of durability:
 * octets synced, then {@link #durable} moved, then futures completed; a segment is synced before
 * the first record of the next one is written.
 */
public final class SegmentedJournal implements Journal {
    private static final Logger log = LoggerFactory.getLogger(SegmentedJournal.class);

    /** Octets of one record at most: messages beyond it arrive as parts. */
    public static final int MAX_RECORD = 2 << 20;

    private static final int MAX_BATCH = 4 << 20;
    private static final int QUEUE = 100_000;
    private static final Waiting STOP = new Waiting(List.of(), 0, new CompletableFuture<>());

    private final SegmentFiles files;
    private final ConcurrentNavigableMap<Long, Segment> segments;
    private final LinkedBlockingQueue<Waiting> queue = new LinkedBlockingQueue<>(QUEUE);
    private final AtomicLong pendingOctets = new AtomicLong();
    private final FileLock lock;
    private final int epoch;
    private final Thread writer;
    private final Object grown = new Object();
    private final ByteBuffer staging = ByteBuffer.allocateDirect(MAX_BATCH + (MAX_RECORD * 2));

    private volatile Position durable;
    private volatile @Nullable JournalStopped stopped;

    /** What opening found. */
    public record Opened(SegmentedJournal journal, List<String> damage) {}

    private record Waiting(
            List<Encoded> records, long octets, CompletableFuture<List<Position>> done) {
        /** Nothing to write: the journal closes. */
        boolean isStop() {
            return records.isEmpty();
        }
    }

    private record Encoded(byte kind, byte[][] payload, int length) {}

    private SegmentedJournal(
            SegmentFiles files,
            ConcurrentNavigableMap<Long, Segment> segments,
            FileLock lock,
            int epoch,
            Position end) {
        this.files = files;
        this.segments = segments;
        this.lock = lock;
        this.epoch = epoch;
        this.durable = end;
        this.writer = Thread.ofPlatform().name("journal-writer").unstarted(this::write);
    }

    /**
     * Opens the journal of a directory, making it if there is none.
     *
     * @param segmentSize octets of new segments, 8 MiB at least
     * @param verified a place up to which the records are known to be good; the search for the end
     *     begins there
     * @throws IOException when another process holds the directory, or the disk fails
     */
    public static Opened open(Path directory, int segmentSize, Position verified, FileOpener opener)
            throws IOException {
        if (segmentSize < 4 * MAX_RECORD) {
            throw new IllegalArgumentException(
                    "segments of "
                            + segmentSize
                            + " octets, at least "
                            + 4 * MAX_RECORD
                            + " are needed");
        }
        Files.createDirectories(directory);
        FileLock lock = lock(directory.resolve("lock"));
        SegmentFiles files = new SegmentFiles(directory, segmentSize, opener);
        ConcurrentNavigableMap<Long, Segment> segments =
                new ConcurrentSkipListMap<>(files.openAll());
        if (segments.isEmpty()) {
            segments.put(0L, files.create(0));
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
        SegmentedJournal journal = new SegmentedJournal(files, segments, lock, epoch, scan.end());
        journal.writer.start();
        return new Opened(journal, damage);
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
        int before = Files.exists(path) ? Integer.parseInt(Files.readString(path).strip()) : 0;
        int epoch = Math.max(before, lastInJournal) + 1;
        Path next = directory.resolve("epoch.new");
        try (FileChannel channel =
                opener.open(
                        next,
                        java.util.Set.of(
                                StandardOpenOption.CREATE,
                                StandardOpenOption.TRUNCATE_EXISTING,
                                StandardOpenOption.WRITE))) {
            Segment.writeFully(
                    channel,
                    ByteBuffer.wrap(
                            (epoch + "\n").getBytes(java.nio.charset.StandardCharsets.US_ASCII)),
                    0);
            channel.force(true);
        }
        Files.move(next, path, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
        return epoch;
    }

    /** Copies damaged octets to a file for people to look at. */
    private static String keepAside(
            Path directory, ConcurrentNavigableMap<Long, Segment> segments, Scan.Damage bad)
            throws IOException {
        Segment segment = java.util.Objects.requireNonNull(segments.get(bad.from().segment()));
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

    @Override
    public CompletableFuture<List<Position>> append(List<Entry> entries) {
        if (entries.isEmpty()) {
            return CompletableFuture.completedFuture(List.of());
        }
        List<Encoded> records = entries.stream().map(SegmentedJournal::encode).toList();
        long octets = records.stream().mapToLong(Encoded::length).sum();
        CompletableFuture<List<Position>> done = new CompletableFuture<>();
        JournalStopped failure = stopped;
        if (failure != null) {
            done.completeExceptionally(failure);
            return done;
        }
        pendingOctets.addAndGet(octets);
        if (!queue.offer(new Waiting(records, octets, done))) {
            pendingOctets.addAndGet(-octets);
            done.completeExceptionally(
                    new IOException(
                            "append "
                                    + entries.size()
                                    + " entries: "
                                    + QUEUE
                                    + " others wait already"));
        }
        return done;
    }

    private static Encoded encode(Entry entry) {
        Encoded encoded =
                switch (entry) {
                    case Entry.Happened(var event) ->
                            encoded(RecordHeader.EVENT, EventCodec.encode(event));
                    case Entry.Message message ->
                            encoded(
                                    RecordHeader.MESSAGE,
                                    MessagePayload.head(message),
                                    message.rest());
                    case Entry.PartBytes(byte[] octets) -> encoded(RecordHeader.PART, octets);
                };
        if (encoded.length() > MAX_RECORD) {
            throw new IllegalArgumentException(
                    "a record of " + encoded.length() + " octets, at most " + MAX_RECORD);
        }
        return encoded;
    }

    private static Encoded encoded(byte kind, byte[]... payload) {
        return new Encoded(kind, payload, Arrays.stream(payload).mapToInt(p -> p.length).sum());
    }

    private void write() {
        List<Waiting> batch = new ArrayList<>();
        boolean last = false;
        while (!last) {
            batch.clear();
            last = !takeBatch(batch);
            if (!batch.isEmpty()) {
                commit(batch);
            }
        }
    }

    /** Waits for something, then takes what else is there; false when the journal closes. */
    private boolean takeBatch(List<Waiting> batch) {
        try {
            long octets = 0;
            Waiting next = queue.take();
            while (next != null && !next.isStop()) {
                batch.add(next);
                octets += next.octets();
                next = octets < MAX_BATCH ? queue.poll() : null;
            }
            return next == null || !next.isStop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void commit(List<Waiting> batch) {
        long octets = batch.stream().mapToLong(Waiting::octets).sum();
        try {
            JournalStopped failure = stopped;
            if (failure != null) {
                throw failure;
            }
            List<List<Position>> positions = writeAndSync(batch);
            pendingOctets.addAndGet(-octets);
            for (int i = 0; i < batch.size(); i++) {
                batch.get(i).done().complete(positions.get(i));
            }
        } catch (IOException e) {
            pendingOctets.addAndGet(-octets);
            JournalStopped failure = stop(e);
            batch.forEach(waiting -> waiting.done().completeExceptionally(failure));
        }
    }

    private JournalStopped stop(IOException e) {
        if (e instanceof JournalStopped already) {
            return already;
        }
        JournalStopped failure =
                new JournalStopped("write the journal at " + durable + ": " + e.getMessage(), e);
        stopped = failure;
        log.error("the journal stopped; nothing more is accepted until a restart", failure);
        return failure;
    }

    private List<List<Position>> writeAndSync(List<Waiting> batch) throws IOException {
        List<List<Position>> all = new ArrayList<>(batch.size());
        Position at = durable;
        Position staged = at;
        staging.clear();
        for (Waiting waiting : batch) {
            List<Position> positions = new ArrayList<>(waiting.records().size());
            for (Encoded record : waiting.records()) {
                Segment segment = java.util.Objects.requireNonNull(segments.get(at.segment()));
                int needed = RecordHeader.occupied(record.length());
                if (at.offset() + needed + RecordHeader.SIZE > segment.size()) {
                    put(RecordHeader.END, new byte[0][], 0, at);
                    flush(segment, staged);
                    segment.channel().force(false);
                    at = Position.of(at.segment() + 1, Segment.FIRST_RECORD);
                    staged = at;
                    segments.put(at.segment(), files.create(at.segment()));
                    Thread.ofVirtual().name("journal-spare").start(this::prepareSpare);
                } else if (staging.remaining() < needed + RecordHeader.SIZE) {
                    flush(segment, staged);
                    staged = at;
                }
                put(record.kind(), record.payload(), record.length(), at);
                positions.add(at);
                at = Position.of(at.segment(), at.offset() + needed);
            }
            all.add(positions);
        }
        Segment segment = java.util.Objects.requireNonNull(segments.get(at.segment()));
        flush(segment, staged);
        segment.channel().force(false);
        synchronized (grown) {
            durable = at;
            grown.notifyAll();
        }
        return all;
    }

    private void put(byte kind, byte[][] payload, int length, Position at) {
        RecordHeader.put(staging, payload, length, at.value(), durable.value(), epoch, kind);
    }

    private void flush(Segment segment, Position from) throws IOException {
        staging.flip();
        Segment.writeFully(segment.channel(), staging, from.offset());
        staging.clear();
    }

    private void prepareSpare() {
        try {
            files.prepareSpare();
        } catch (IOException e) {
            // The writer will try again by itself when it needs the segment, and stop if it still
            // cannot be made.
            log.warn("fill a spare segment: {}", e.getMessage());
        }
    }

    @Override
    public Position durable() {
        return durable;
    }

    @Override
    public Position oldest() {
        return Position.of(segments.firstKey(), Segment.FIRST_RECORD);
    }

    @Override
    public long pendingOctets() {
        return pendingOctets.get();
    }

    @Override
    public Optional<String> stopped() {
        return Optional.ofNullable(stopped).map(Throwable::getMessage);
    }

    @Override
    public Position read(Position from, int limit, Visitor visitor) throws IOException {
        Position end = durable;
        Position at = from.compareTo(oldest()) > 0 ? from : oldest();
        int shown = 0;
        while (shown < limit && at.compareTo(end) < 0) {
            Optional<Segment.FoundRecord> found = record(at);
            if (found.isEmpty()) {
                at = stepOver(at, end);
                continue;
            }
            Segment.FoundRecord record = found.get();
            if (record.header().kind() == RecordHeader.EVENT) {
                visitor.event(at, EventCodec.decode(record.payload()));
                shown++;
            } else if (record.header().kind() == RecordHeader.MESSAGE) {
                visitor.event(at, MessagePayload.accepted(record.payload()));
                shown++;
            }
            at = Scan.after(at, record.header());
        }
        return at;
    }

    private Optional<Segment.FoundRecord> record(Position at) throws IOException {
        Segment segment = segments.get(at.segment());
        return segment == null ? Optional.empty() : segment.read(at.offset());
    }

    /** Damage was reported when the journal was opened; here it is only passed. */
    private Position stepOver(Position bad, Position end) throws IOException {
        Scan.Result scan = Scan.follow(segments, bad, 0);
        return scan.damage().isEmpty() ? end : scan.damage().getFirst().to();
    }

    @Override
    public Optional<StoredMessage> message(Position position) throws IOException {
        Optional<Segment.FoundRecord> found = record(position);
        if (found.isEmpty() || found.get().header().kind() != RecordHeader.MESSAGE) {
            return Optional.empty();
        }
        ByteBuffer payload = found.get().payload();
        SubmissionEvent.Accepted accepted = MessagePayload.accepted(payload.duplicate());
        List<Entry.Part> parts = MessagePayload.parts(payload);
        Segment segment = java.util.Objects.requireNonNull(segments.get(position.segment()));
        int rest = payload.remaining();
        int restAt = position.offset() + RecordHeader.SIZE + found.get().header().length() - rest;
        List<SegmentContent.Slice> slices = new ArrayList<>();
        for (Entry.Part part : parts) {
            Segment of = segments.get(part.position().segment());
            if (of == null) {
                return Optional.empty();
            }
            slices.add(
                    new SegmentContent.Slice(
                            of.channel(),
                            part.position().offset() + RecordHeader.SIZE,
                            part.length()));
        }
        byte[] tail = new byte[rest];
        payload.get(tail);
        Content content =
                slices.isEmpty()
                        ? Content.of(tail)
                        : SegmentContent.of(
                                slices, new SegmentContent.Slice(segment.channel(), restAt, rest));
        return Optional.of(new StoredMessage(accepted, content));
    }

    @Override
    public void await(Position position, Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        synchronized (grown) {
            while (durable.compareTo(position) <= 0) {
                long left = (deadline - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    return;
                }
                grown.wait(left);
            }
        }
    }

    @Override
    public void release(Position position) throws IOException {
        for (Segment segment : List.copyOf(segments.headMap(position.segment(), false).values())) {
            segments.remove(segment.number());
            files.recycle(segment);
        }
    }

    @Override
    public void close() {
        queue.add(STOP);
        try {
            writer.join();
            for (Segment segment : segments.values()) {
                segment.channel().close();
            }
            lock.channel().close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            // Everything acknowledged was synced before; the process ends.
            log.warn("close the journal: {}", e.getMessage());
        }
        stopped = new JournalStopped("the journal is closed", new IOException("closed"));
        List<Waiting> late = new ArrayList<>();
        queue.drainTo(late);
        late.forEach(
                waiting ->
                        waiting.done()
                                .completeExceptionally(new IOException("the journal is closed")));
    }
}
