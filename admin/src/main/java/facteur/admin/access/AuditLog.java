package facteur.admin.access;

import facteur.admin.jackson.Json;
import facteur.mail.file.PrivateFiles;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** What was done, by whom: a line of JSON each, synced before the action goes on. */
public final class AuditLog {
    private static final Logger log = LoggerFactory.getLogger(AuditLog.class);

    private static final long ROTATE = 16 << 20;
    // What the screen shows comes from the end of the file.
    private static final int TAIL = 256 << 10;

    private final Path file;

    /**
     * One action.
     *
     * @param action such as {@code suppression.add}
     * @param subject what it was done to
     * @param detail the reason given, or what changed
     */
    public record Line(
            Instant at, String who, String from, String action, String subject, String detail) {}

    public AuditLog(Path directory) throws IOException {
        this.file = PrivateFiles.directory(directory).resolve("audit.log");
    }

    /**
     * Appends actions with one sync.
     *
     * @throws IOException when they cannot be written: then the actions must not happen
     */
    public synchronized void append(List<Line> lines) throws IOException {
        if (lines.isEmpty()) {
            return;
        }
        rotate(lines.getFirst().at());
        StringBuilder text = new StringBuilder();
        lines.forEach(line -> text.append(Json.line(line)).append('\n'));
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        Set.of(
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE,
                                StandardOpenOption.APPEND),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer octets = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
            while (octets.hasRemaining()) {
                channel.write(octets);
            }
            channel.force(false);
        }
    }

    private void rotate(Instant at) throws IOException {
        if (Files.exists(file) && Files.size(file) > ROTATE) {
            Files.move(file, file.resolveSibling("audit-" + at.toEpochMilli() + ".log"));
        }
    }

    /** The latest actions, the newest first. */
    public synchronized List<Line> latest(int limit) throws IOException {
        if (Files.notExists(file)) {
            return List.of();
        }
        List<Line> lines = new ArrayList<>();
        for (String text : tail().split("\n", -1)) {
            if (!text.isEmpty()) {
                try {
                    lines.add(Json.read(text.getBytes(StandardCharsets.UTF_8), Line.class));
                } catch (IOException e) {
                    // A line cut by a crash; the others still tell.
                    log.warn("failed to read a line of the audit log; skipped", e);
                }
            }
        }
        Collections.reverse(lines);
        return lines.stream().limit(limit).toList();
    }

    private String tail() throws IOException {
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            long from = Math.max(0, in.length() - TAIL);
            byte[] octets = new byte[(int) (in.length() - from)];
            in.seek(from);
            in.readFully(octets);
            String text = new String(octets, StandardCharsets.UTF_8);
            return from == 0 ? text : text.substring(text.indexOf('\n') + 1);
        }
    }
}
