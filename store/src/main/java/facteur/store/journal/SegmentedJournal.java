package facteur.store.journal;

import facteur.store.codec.EventCodec;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

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
    private static final Duration NO_ROOM = Duration.ofSeconds(1);
    private static final Waiting STOP = new Waiting(List.of(), 0, 0, new CompletableFuture<>());

    private final JournalOpening journalOpening;
    private final Executor besides;
    private final SegmentFiles files;
    private final ConcurrentNavigableMap<Long, Segment> segments;
    private final SegmentReader reader;
    // Bounded by the room: see WaitingRoom.
    private final LinkedBlockingQueue<Waiting> queue = new LinkedBlockingQueue<>();
    private final WaitingRoom room = new WaitingRoom();
    private final AtomicLong pendingOctets = new AtomicLong();
    private final Thread writer;
    private final Object grown = new Object();
    private final ByteBuffer staging = ByteBuffer.allocateDirect(MAX_BATCH + (MAX_RECORD * 2));

    /** Held while a batch is written, and while segments are let go. */
    private final Object retained = new Object();

    /** Large messages of this run, as far as {@link #release} has not heard of them. */
    private final Deque<Spread> spread = new ArrayDeque<>();

    /** Let go, and still open for those who were reading. */
    private final List<Segment> retired = new ArrayList<>();

    /** What was taken and is not on disk yet; of the writer alone. */
    private final List<Waiting> batch = new ArrayList<>();

    private final CountDownLatch closing = new CountDownLatch(1);
    private final LongAdder syncs = new LongAdder();
    private final LongAdder syncNanos = new LongAdder();
    private volatile Position durable;
    private volatile @Nullable JournalStopped stopped;
    private volatile boolean waitsForRoom;

    /** What opening found. */
    public record Opened(SegmentedJournal journal, List<String> damage) {}

    /** A message and where its first part stands. */
    private record Spread(Position message, Position first) {}

    /**
     * @param cost of the room
     */
    private record Waiting(
            List<Encoded> records, long octets, long cost, CompletableFuture<List<Position>> done) {
        /** Nothing to write: the journal closes. */
        boolean isStop() {
            return records.isEmpty();
        }
    }

    /**
     * @param parts that must be kept for the record to mean anything
     */
    private record Encoded(
            byte kind, byte[][] payload, int length, List<JournalEntry.Part> parts) {}

    private SegmentedJournal(JournalOpening journalOpening, Executor besides) {
        this.journalOpening = journalOpening;
        this.besides = besides;
        this.files = journalOpening.files();
        this.segments = journalOpening.segments();
        this.reader = new SegmentReader(segments);
        this.durable = journalOpening.end();
        this.writer = Thread.ofPlatform().name("journal-writer").unstarted(this::write);
    }

    /**
     * Looks at a journal that may be in use, and changes nothing.
     *
     * @throws IOException in words when an opening would read what it cannot take
     */
    public static void requireReadable(Path directory) throws IOException {
        JournalOpening.requireReadable(directory);
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
        Opened opened = idle(directory, segmentSize, verified, opener, SegmentedJournal::beside);
        opened.journal().start();
        return opened;
    }

    /** Runs what need not be waited for on a thread of its own. */
    public static void beside(Runnable task) {
        Thread _ = Thread.ofVirtual().name("journal-spare").start(task);
    }

    /**
     * The same without the writer's thread: what is appended waits until {@link #start}, or is
     * written by {@link #turn} on a thread of the caller.
     *
     * @param besides makes the next segment while this one is written
     */
    public static Opened idle(
            Path directory, int segmentSize, Position verified, FileOpener opener, Executor besides)
            throws IOException {
        if (segmentSize < 4 * MAX_RECORD) {
            throw new IllegalArgumentException(
                    "segments of "
                            + segmentSize
                            + " octets, at least "
                            + 4 * MAX_RECORD
                            + " are needed");
        }
        JournalOpening journalOpening = JournalOpening.of(directory, segmentSize, verified, opener);
        return new Opened(new SegmentedJournal(journalOpening, besides), journalOpening.damage());
    }

    /** Writes on a thread of its own from now on. */
    public void start() {
        writer.start();
    }

    @Override
    public CompletableFuture<List<Position>> append(List<JournalEntry> entries) {
        if (entries.isEmpty()) {
            return CompletableFuture.completedFuture(List.of());
        }
        List<Encoded> records = new ArrayList<>(entries.size());
        long octets = 0;
        for (JournalEntry journalEntry : entries) {
            Encoded record = encode(journalEntry);
            records.add(record);
            octets += record.length();
        }
        CompletableFuture<List<Position>> done = new CompletableFuture<>();
        JournalStopped failure = stopped;
        if (failure != null) {
            done.completeExceptionally(failure);
            return done;
        }
        WaitingRoom.Side side = WaitingRoom.Side.of(entries);
        long cost = WaitingRoom.cost(records.size(), octets);
        if (!room.enter(side, cost)) {
            done.completeExceptionally(
                    new IOException(
                            "append "
                                    + entries.size()
                                    + " entries: "
                                    + (side.most() >> 20)
                                    + " MiB of others wait for the disk already"));
            return done;
        }
        pendingOctets.addAndGet(octets);
        queue.add(new Waiting(records, octets, cost, done));
        return done;
    }

    private static Encoded encode(JournalEntry journalEntry) {
        Encoded encoded =
                switch (journalEntry) {
                    case JournalEntry.Happened(var event) ->
                            encoded(RecordHeader.EVENT, List.of(), EventCodec.encode(event));
                    case JournalEntry.Message message ->
                            encoded(
                                    RecordHeader.MESSAGE,
                                    message.parts(),
                                    MessagePayload.head(message),
                                    message.rest());
                    case JournalEntry.PartBytes(byte[] octets) ->
                            encoded(RecordHeader.PART, List.of(), octets);
                };
        if (encoded.length() > MAX_RECORD) {
            throw new IllegalArgumentException(
                    "a record of " + encoded.length() + " octets, at most " + MAX_RECORD);
        }
        return encoded;
    }

    private static Encoded encoded(byte kind, List<JournalEntry.Part> parts, byte[]... payload) {
        int length = 0;
        for (byte[] part : payload) {
            length += part.length;
        }
        return new Encoded(kind, payload, length, parts);
    }

    private void write() {
        boolean last = false;
        while (!last) {
            last = !awaitBatch();
            while (!batch.isEmpty() && !commit()) {
                awaitRoom();
            }
        }
    }

    /**
     * One turn of the writer, which waits for nothing: takes what there is, writes it, syncs once
     * and completes the futures.
     *
     * @return false when nothing was there to be written, or the disk has no room for it: see
     *     {@link #waitsForRoom}
     */
    public boolean turn() {
        if (batch.isEmpty()) {
            boolean _ = takeBatch(queue.poll());
        }
        return !batch.isEmpty() && commit();
    }

    /** Waits for something, then takes what else is there; false when the journal closes. */
    private boolean awaitBatch() {
        try {
            return takeBatch(queue.take());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private boolean takeBatch(@Nullable Waiting first) {
        long octets = 0;
        Waiting next = first;
        while (next != null && !next.isStop()) {
            batch.add(next);
            octets += next.octets();
            next = octets < MAX_BATCH ? queue.poll() : null;
        }
        return next == null || !next.isStop();
    }

    /** False when the disk has no room for the batch, which stays; else it is over. */
    private boolean commit() {
        long octets = batch.stream().mapToLong(Waiting::octets).sum();
        long cost = batch.stream().mapToLong(Waiting::cost).sum();
        try {
            JournalStopped failure = stopped;
            if (failure != null) {
                throw failure;
            }
            if (!makeRoom()) {
                return false;
            }
            List<List<Position>> positions;
            synchronized (retained) {
                batch.removeIf(this::lacksParts);
                positions = batch.isEmpty() ? List.of() : writeAndSync();
            }
            leave(octets, cost);
            for (int i = 0; i < batch.size(); i++) {
                batch.get(i).done().complete(positions.get(i));
            }
        } catch (IOException e) {
            leave(octets, cost);
            JournalStopped failure = stop(e);
            batch.forEach(waiting -> waiting.done().completeExceptionally(failure));
        }
        batch.clear();
        return true;
    }

    private void leave(long octets, long cost) {
        pendingOctets.addAndGet(-octets);
        room.leave(cost);
    }

    /** What waits for the disk costs so much memory; for tests. */
    long held() {
        return room.held();
    }

    /**
     * Sees to it that the segments exist into which the batch will reach. On a full disk it is
     * false: nothing has been written yet, so nothing is broken, and what waits is written when
     * there is room again.
     */
    private boolean makeRoom() {
        Position at = durable;
        for (Waiting waiting : batch) {
            for (Encoded record : waiting.records()) {
                if (!fits(record.length(), at)) {
                    at = Position.of(at.segment() + 1, Segment.FIRST_RECORD);
                    if (!segments.containsKey(at.segment()) && !addSegment(at.segment())) {
                        return false;
                    }
                }
                at =
                        Position.of(
                                at.segment(), at.offset() + RecordHeader.occupied(record.length()));
            }
        }
        return true;
    }

    private boolean fits(int length, Position at) {
        Segment segment = java.util.Objects.requireNonNull(segments.get(at.segment()));
        return at.offset() + RecordHeader.occupied(length) + RecordHeader.SIZE <= segment.size();
    }

    private boolean addSegment(long number) {
        try {
            segments.put(number, files.create(number));
            besides.execute(this::prepareSpare);
            waitsForRoom = false;
            return true;
        } catch (IOException e) {
            if (!waitsForRoom) {
                log.error("failed to create segment {}; appends wait until it exists", number, e);
            }
            waitsForRoom = true;
            return false;
        }
    }

    /** Before the batch is tried again; where the journal closes, it fails with the rest. */
    private void awaitRoom() {
        try {
            if (closing.await(NO_ROOM.toMillis(), TimeUnit.MILLISECONDS)) {
                JournalStopped _ = stop(new IOException("the journal closes on a full disk"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            JournalStopped _ = stop(new IOException("interrupted on a full disk", e));
        }
    }

    /**
     * Refuses a message whose parts were let go while the rest of it was still arriving: by
     * construction nothing is acknowledged that is not wholly kept.
     */
    private boolean lacksParts(Waiting waiting) {
        boolean lacks = false;
        for (Encoded record : waiting.records()) { // most have no parts, and there are many
            for (JournalEntry.Part part : record.parts()) {
                lacks |= !segments.containsKey(part.position().segment());
            }
        }
        if (lacks) {
            waiting.done()
                    .completeExceptionally(
                            new IOException(
                                    "append a message: its first parts are so old that they were"
                                            + " released"));
        }
        return lacks;
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

    private List<List<Position>> writeAndSync() throws IOException {
        List<List<Position>> all = new ArrayList<>(batch.size());
        Position at = durable;
        Position staged = at;
        staging.clear();
        for (Waiting waiting : batch) {
            List<Position> positions = new ArrayList<>(waiting.records().size());
            for (Encoded record : waiting.records()) {
                Segment segment = java.util.Objects.requireNonNull(segments.get(at.segment()));
                int needed = RecordHeader.occupied(record.length());
                if (!fits(record.length(), at)) {
                    put(RecordHeader.END, new byte[0][], 0, at);
                    flush(segment, staged);
                    sync(segment);
                    at = Position.of(at.segment() + 1, Segment.FIRST_RECORD);
                    staged = at;
                } else if (staging.remaining() < needed + RecordHeader.SIZE) {
                    flush(segment, staged);
                    staged = at;
                }
                put(record.kind(), record.payload(), record.length(), at);
                positions.add(at);
                note(at, record.parts());
                at = Position.of(at.segment(), at.offset() + needed);
            }
            all.add(positions);
        }
        Segment segment = java.util.Objects.requireNonNull(segments.get(at.segment()));
        flush(segment, staged);
        sync(segment);
        synchronized (grown) {
            durable = at;
            grown.notifyAll();
        }
        return all;
    }

    private void sync(Segment segment) throws IOException {
        long begun = System.nanoTime();
        segment.channel().force(false);
        syncs.increment();
        syncNanos.add(System.nanoTime() - begun);
    }

    @Override
    public Syncs syncs() {
        return new Syncs(syncs.sum(), Duration.ofNanos(syncNanos.sum()));
    }

    private void note(Position message, List<JournalEntry.Part> parts) {
        if (parts.isEmpty()) {
            return;
        }
        JournalEntry.Part first =
                Collections.min(parts, Comparator.comparing(JournalEntry.Part::position));
        spread.add(new Spread(message, first.position()));
    }

    private void put(byte kind, byte[][] payload, int length, Position at) {
        RecordHeader.put(
                staging,
                payload,
                length,
                at.value(),
                durable.value(),
                journalOpening.epoch(),
                kind);
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
            // The writer will try again by itself when it needs the segment, and wait if it still
            // cannot be made; a journal that closes needs none.
            if (closing.getCount() > 0) {
                log.warn("failed to fill a spare segment: {}", e.getMessage());
            }
        }
    }

    @Override
    public Position durable() {
        return durable;
    }

    @Override
    public Position oldest() {
        return reader.oldest();
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
    public boolean waitsForRoom() {
        return waitsForRoom;
    }

    @Override
    public Position read(Position from, int limit, Visitor visitor) throws IOException {
        return reader.read(from, durable, limit, visitor);
    }

    @Override
    public Optional<StoredMessage> message(Position position) throws IOException {
        return reader.message(position);
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
    public void release(Position position, Position folded) throws IOException {
        List<Segment> before;
        synchronized (retained) {
            spread.removeIf(large -> large.message().compareTo(folded) < 0);
            long limit =
                    spread.stream()
                            .mapToLong(large -> large.first().segment())
                            .reduce(Math.min(position.segment(), durable.segment()), Math::min);
            before = List.copyOf(retired);
            retired.clear();
            retired.addAll(segments.headMap(limit, false).values());
            retired.forEach(segment -> segments.remove(segment.number()));
        }
        // Those of the last time have had until now to be read to their end.
        for (Segment segment : before) {
            files.recycle(segment);
        }
    }

    @Override
    public boolean copyForward(Position position) throws IOException {
        Optional<JournalEntry.Message> message = reader.entry(position);
        if (message.isEmpty()) {
            return false;
        }
        List<JournalEntry.Part> moved = new ArrayList<>();
        for (JournalEntry.Part part : message.get().parts()) {
            Optional<byte[]> octets = reader.part(part);
            if (octets.isEmpty()) {
                return false;
            }
            Position to = settled(append(List.of(new JournalEntry.PartBytes(octets.get()))));
            moved.add(new JournalEntry.Part(to, part.length()));
        }
        JournalEntry.Message again =
                new JournalEntry.Message(message.get().accepted(), moved, message.get().rest());
        Position _ = settled(append(List.of(again)));
        return true;
    }

    private static Position settled(CompletableFuture<List<Position>> appended) throws IOException {
        try {
            return appended.join().getFirst();
        } catch (CompletionException e) {
            throw new IOException("copy a message forward: " + e.getMessage(), e);
        }
    }

    @Override
    public long octets() {
        try {
            long used = segments.values().stream().mapToLong(Segment::size).sum();
            return used + files.spareOctets();
        } catch (IOException e) {
            throw new UncheckedIOException("count the files of the journal", e);
        }
    }

    @Override
    public void close() {
        closing.countDown();
        try (FileChannel _ = journalOpening.lock().channel()) {
            queue.add(STOP);
            writer.join();
            for (Segment segment : segments.values()) {
                segment.channel().close();
            }
            synchronized (retained) {
                for (Segment segment : retired) {
                    segment.channel().close();
                }
            }
            files.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            // Everything acknowledged was synced before; the process ends.
            log.warn("failed to close the journal: {}", e.getMessage());
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
