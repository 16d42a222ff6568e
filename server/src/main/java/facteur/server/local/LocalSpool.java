package facteur.server.local;

import facteur.mail.address.Address;
import facteur.mail.address.AddressParser;
import facteur.mail.address.ReversePath;
import facteur.mail.file.PrivateFiles;
import facteur.mail.message.Envelope;
import facteur.mail.message.MailOptions;
import facteur.mail.message.Recipient;
import facteur.mail.text.Ascii;
import facteur.mail.text.FailureText;
import facteur.mta.submission.Credential;
import facteur.mta.submission.Draft;
import facteur.mta.submission.Intake;
import facteur.mta.submission.Quotas;
import facteur.mta.submission.Submission;
import facteur.mta.submission.SubmissionRefusal;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The directory where programs of this machine leave mail.
 *
 * <p>Anyone may write there, so nothing in it is believed: a file is first moved to where only the
 * server may write, and is taken when it is a plain file with no other name. The message is in the
 * journal before its file goes; a crash between the two sends it twice, and never loses it.
 */
public final class LocalSpool implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LocalSpool.class);
    private static final Duration LOOK = Duration.ofSeconds(10);

    /** Programs that are served at a time; others leave their file and go. */
    private static final int AT_ONCE = 32;

    private static final Duration NAMED = Duration.ofSeconds(5);
    private static final int NAME = 80;
    private static final int LINE = 998; // RFC 5322 2.1.1

    /** Refused files that are kept for the operator; those beyond are deleted. */
    private static final int MOST_REFUSED = 1_000;

    /** What the program writes; nothing else in the directory is a message. */
    private static final Pattern FILE =
            Pattern.compile("[0-9a-f]{1,64}" + Pattern.quote(SpoolClient.ENDING));

    private final Path directory;
    private final Path taken;
    private final Path refused;
    private final Parts parts;
    private final Semaphore room = new Semaphore(AT_ONCE);
    private final ScheduledExecutorService looking =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("spool").factory());
    private final Optional<ServerSocketChannel> door;
    // Whatever a user names its files, those that are taken have names of ours.
    private final AtomicLong numbers = new AtomicLong();
    private String lastTrouble = "";

    /**
     * What it needs of the server.
     *
     * @param credential what local mail is handed in as
     * @param maxRecipients of a message
     * @param maxSize octets of a message
     */
    public record Parts(
            Submission submission,
            Supplier<Credential> credential,
            Supplier<Integer> maxRecipients,
            Supplier<Long> maxSize,
            AddressParser addresses) {}

    private LocalSpool(Path directory, Parts parts, Optional<ServerSocketChannel> door) {
        this.directory = directory;
        this.taken = directory.resolve(".taken");
        this.refused = directory.resolve(".refused");
        this.parts = parts;
        this.door = door;
    }

    /**
     * @throws IOException when the directory cannot be used; it says which
     */
    public static LocalSpool open(Path directory, Parts parts) throws IOException {
        try {
            Path _ = PrivateFiles.directory(directory);
            Path _ = PrivateFiles.directory(directory.resolve(".taken"));
            Path _ = PrivateFiles.directory(directory.resolve(".refused"));
        } catch (IOException e) {
            throw new IOException("use the spool " + directory + ": " + FailureText.of(e), e);
        }
        LocalSpool spool = new LocalSpool(directory, parts, door(directory));
        spool.backFromACrash();
        spool.door.ifPresent(
                open ->
                        Thread.ofPlatform()
                                .daemon()
                                .name("spool-door")
                                .start(() -> spool.serve(open)));
        var _ =
                spool.looking.scheduleWithFixedDelay(
                        spool::look, 0, LOOK.toMillis(), TimeUnit.MILLISECONDS);
        return spool;
    }

    private static Optional<ServerSocketChannel> door(Path directory) throws IOException {
        Path path = directory.resolve(SpoolClient.DOOR);
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            Files.deleteIfExists(path);
            channel.bind(UnixDomainSocketAddress.of(path), AT_ONCE);
            if (Files.getPosixFilePermissions(directory)
                    .contains(PosixFilePermission.OTHERS_WRITE)) {
                Files.setPosixFilePermissions(path, EnumSet.allOf(PosixFilePermission.class));
            }
            return Optional.of(channel);
        } catch (IOException | IllegalArgumentException e) {
            channel.close();
            // unix(7): a path has 107 octets at most. What is left is still taken.
            log.warn(
                    "listen at {}: {}; mail that is left there is taken every {} s",
                    path,
                    FailureText.of(e),
                    LOOK.toSeconds());
            return Optional.empty();
        }
    }

    private void backFromACrash() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(taken)) {
            for (Path file : files) {
                leave(file);
            }
        }
    }

    /** Puts a file back under a name that nobody has. */
    private void leave(Path file) {
        try {
            Files.move(file, directory.resolve(SpoolClient.newName() + SpoolClient.ENDING));
        } catch (IOException e) {
            log.warn("leave {} in the spool again: {}", file, FailureText.of(e));
        }
    }

    private void serve(ServerSocketChannel open) {
        while (open.isOpen()) {
            try {
                SocketChannel client = open.accept();
                if (room.tryAcquire()) {
                    Thread.ofVirtual().start(() -> answer(client));
                } else {
                    client.close(); // its file is found by look()
                }
            } catch (IOException e) {
                if (open.isOpen()) {
                    log.warn("accept at the spool {}: {}", directory, FailureText.of(e));
                }
            }
        }
    }

    private void answer(SocketChannel client) {
        // A name is sent at once; who sends none keeps others from their place.
        var impatience =
                looking.schedule(() -> end(client), NAMED.toMillis(), TimeUnit.MILLISECONDS);
        try (client) {
            ByteBuffer name = ByteBuffer.allocate(NAME);
            while (name.hasRemaining() && !endsWithLine(name) && client.read(name) >= 0) {
                // until the line is whole
            }
            impatience.cancel(false);
            String asked =
                    new String(name.array(), 0, name.position(), StandardCharsets.US_ASCII).strip();
            String reply =
                    FILE.matcher(asked).matches()
                            ? take(asked, false)
                            : "501 5.5.2 that is no name of a file";
            Channels.newOutputStream(client).write((reply + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            log.debug("answer a program at the spool: {}", FailureText.of(e));
        } finally {
            room.release();
        }
    }

    private static void end(SocketChannel client) {
        try {
            client.close();
        } catch (IOException e) {
            log.debug("close a program's connection to the spool: {}", FailureText.of(e));
        }
    }

    private static boolean endsWithLine(ByteBuffer name) {
        return name.position() > 0 && name.get(name.position() - 1) == '\n';
    }

    /** Takes what was left while nobody was told. What cannot be taken keeps nobody else's. */
    synchronized void look() {
        int troubles = 0;
        String first = "";
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(
                        directory,
                        file -> FILE.matcher(String.valueOf(file.getFileName())).matches())) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                try {
                    String _ = take(name, true);
                } catch (IOException | RuntimeException e) {
                    troubles++;
                    first = first.isEmpty() ? name + ": " + FailureText.of(e) : first;
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            log.warn("look through the spool {}: {}", directory, FailureText.of(e));
        }
        tell(troubles, first);
    }

    /** Once, and again when it is another. */
    private void tell(int troubles, String first) {
        if (!first.isEmpty() && !first.equals(lastTrouble)) {
            log.warn(
                    "{} files of the spool {} cannot be taken, the first {}",
                    troubles,
                    directory,
                    first);
        }
        lastTrouble = first;
    }

    /**
     * @param keeps whether what is refused for good is kept for the operator: nobody is told
     */
    private String take(String name, boolean keeps) throws IOException {
        Path file = taken.resolve(numbers.incrementAndGet() + "-" + name);
        try {
            Files.move(directory.resolve(name), file);
        } catch (NoSuchFileException e) {
            return "451 4.3.0 it is being taken";
        }
        String reply;
        try {
            reply = reply(file);
        } catch (IOException | RuntimeException e) {
            reply = "554 5.6.0 " + FailureText.of(e);
        }
        switch (reply.charAt(0)) {
            case '2' -> Files.delete(file);
            case '4' -> leave(file);
            default -> refuse(file, keeps, reply);
        }
        return reply;
    }

    private void refuse(Path file, boolean keeps, String reply) throws IOException {
        if (!keeps || isFull(refused)) {
            delete(file);
            return;
        }
        Path kept = refused.resolve(SpoolClient.newName() + SpoolClient.ENDING);
        Files.move(file, kept);
        log.warn("refused local mail, kept as {}: {}", kept, reply);
    }

    private static boolean isFull(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.limit(MOST_REFUSED).count() == MOST_REFUSED;
        }
    }

    /** A directory that somebody named like a file may hold anything, and stays where it is. */
    private static void delete(Path file) throws IOException {
        if (!Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            Files.delete(file);
        }
    }

    private String reply(Path file) throws IOException {
        Map<String, Object> about =
                Files.readAttributes(
                        file, "unix:nlink,isRegularFile,owner,size", LinkOption.NOFOLLOW_LINKS);
        if (!Boolean.TRUE.equals(about.get("isRegularFile"))
                || !Integer.valueOf(1).equals(about.get("nlink"))) {
            return "554 5.7.1 the spool takes plain files with one name";
        }
        long most = parts.credential().get().maxSize(parts.maxSize().get());
        if ((Long) Objects.requireNonNull(about.get("size")) > most + LocalEnvelope.MOST) {
            return "552 5.3.4 larger than " + most + " octets";
        }
        try (InputStream in =
                new BufferedInputStream(
                        Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS), 64 << 10)) {
            return reply(LocalEnvelope.read(in), in, String.valueOf(about.get("owner")));
        }
    }

    private String reply(LocalEnvelope given, InputStream content, String user) throws IOException {
        if (given.to().isEmpty()) {
            return "554 5.5.1 there is no recipient";
        }
        if (given.to().size() > parts.maxRecipients().get()) {
            return "552 5.5.3 more than "
                    + parts.maxRecipients().get()
                    + " recipients (submission.max_recipients)";
        }
        Credential credential = parts.credential().get();
        Optional<SubmissionRefusal> tooMuch =
                Stream.concat(
                                Stream.of(Quotas.Kind.MESSAGES),
                                given.to().stream().map(_ -> Quotas.Kind.RECIPIENTS))
                        .flatMap(kind -> parts.submission().take(credential, kind).stream())
                        .findFirst();
        if (tooMuch.isPresent()) {
            return tooMuch.get().toString();
        }
        Envelope envelope;
        try {
            envelope = envelope(given);
        } catch (IllegalArgumentException e) {
            return "553 5.1.3 " + e.getMessage();
        }
        if (envelope.from().mailbox().isPresent()
                && !credential.maySendFrom(envelope.from().mailbox().get().domain())) {
            return "550 5.7.1 " + credential.user() + " may not send from " + given.from();
        }
        return taken(
                parts.submission()
                        .begin(new Draft(credential, envelope, "127.0.0.1", user, "LOCAL")),
                content,
                credential.maxSize(parts.maxSize().get()));
    }

    private Envelope envelope(LocalEnvelope given) {
        ReversePath from =
                given.from().isEmpty()
                        ? new ReversePath.Null()
                        : new ReversePath.Of(address(given.from()));
        Set<Recipient.Notify> notify = EnumSet.noneOf(Recipient.Notify.class);
        given.notifyOn()
                .forEach(
                        each ->
                                notify.add(
                                        Recipient.Notify.valueOf(each.toUpperCase(Locale.ROOT))));
        boolean utf8 =
                Stream.concat(Stream.of(given.from()), given.to().stream())
                        .anyMatch(each -> !Ascii.is(each));
        return new Envelope(
                from,
                given.to().stream()
                        .map(each -> new Recipient(address(each), notify, Optional.empty()))
                        .toList(),
                new MailOptions(true, utf8, false, given.headersOnly()),
                Optional.of(given.envelopeId()).filter(id -> !id.isEmpty()));
    }

    private Address address(String text) {
        return switch (parts.addresses().parse(text)) {
            case AddressParser.Parsed.Mailbox(Address address) -> address;
            case AddressParser.Parsed.Problem(String why) ->
                    throw new IllegalArgumentException(text + ": " + why);
        };
    }

    private static String taken(Intake intake, InputStream content, long most) throws IOException {
        boolean tooLong = false;
        try {
            Lines lines = new Lines(intake);
            byte[] octets = new byte[8 << 10];
            long size = 0;
            for (int n = content.read(octets); n >= 0; n = content.read(octets)) {
                size += n;
                if (size > most) { // its owner still writes
                    intake.abandon();
                    return "552 5.3.4 larger than " + most + " octets";
                }
                lines.offer(octets, n);
                Optional<CompletableFuture<?>> congestion = intake.congestion();
                if (congestion.isPresent()) {
                    Object _ = congestion.get().exceptionally(_ -> null).join();
                }
            }
            tooLong = lines.end();
        } catch (IOException | RuntimeException e) {
            intake.abandon();
            throw e;
        }
        return switch (intake.end(tooLong).join()) {
            case Intake.Verdict.Taken(var id) -> "250 2.0.0 queued as " + id;
            case Intake.Verdict.Refused(var why) -> why.toString();
        };
    }

    /** Lines of a file of this system, or of a message, become lines of a message. */
    private static final class Lines {
        private final Intake intake;
        private byte[] line = new byte[16 << 10];
        private int length;
        private int column;
        private boolean afterReturn;
        private boolean tooLong;

        Lines(Intake intake) {
            this.intake = intake;
        }

        void offer(byte[] octets, int count) {
            for (int i = 0; i < count; i++) {
                byte octet = octets[i];
                if (octet == '\n') {
                    endOfLine();
                } else if (afterReturn) {
                    endOfLine(); // a lone CR ended a line as well
                    put(octet);
                } else {
                    put(octet);
                }
                afterReturn = octet == '\r';
            }
            flush();
        }

        private void put(byte octet) {
            if (octet == '\r') {
                return;
            }
            add(octet);
            tooLong |= ++column > LINE;
        }

        private void endOfLine() {
            add((byte) '\r');
            add((byte) '\n');
            column = 0;
        }

        private void add(byte octet) {
            if (length == line.length) {
                flush();
            }
            line[length++] = octet;
        }

        private void flush() {
            intake.content(line, length);
            length = 0;
        }

        /** Whether a line was too long. */
        boolean end() {
            if (column > 0 || afterReturn) {
                endOfLine();
            }
            flush();
            return tooLong;
        }
    }

    @Override
    public void close() {
        try {
            if (door.isPresent()) {
                door.get().close();
                Files.deleteIfExists(directory.resolve(SpoolClient.DOOR));
            }
        } catch (IOException e) {
            log.warn("close the spool {}: {}", directory, FailureText.of(e));
        }
        looking.shutdown();
        try {
            boolean _ = looking.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
