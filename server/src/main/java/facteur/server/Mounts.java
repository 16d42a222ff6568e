package facteur.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Where file systems are mounted, and how; see proc_pid_mountinfo(5). */
record Mounts(List<String> lines) {
    private static final Path TABLE = Path.of("/proc/self/mountinfo");
    private static final int POINT = 4;
    private static final int OPTIONS = 5;

    Mounts {
        lines = List.copyOf(lines);
    }

    /** Empty where the system tells nothing. */
    static Mounts ofThisMachine() {
        try {
            return new Mounts(Files.readAllLines(TABLE));
        } catch (IOException e) {
            return new Mounts(List.of());
        }
    }

    /** Whether a library can be written to a directory that exists, and loaded from there. */
    boolean canRunFrom(Path directory) {
        return Files.isWritable(directory) && !isForbidden(directory);
    }

    /** Whether the file system of a path is read-only, or holds nothing that runs. */
    boolean isForbidden(Path path) {
        Path whole = path.toAbsolutePath().normalize();
        Set<String> options = Set.of();
        Path nearest = Path.of("/");
        for (String line : lines) {
            String[] words = line.split(" ", -1);
            if (words.length > OPTIONS) {
                Path point = Path.of(words[POINT].replace("\\040", " "));
                // Of several at one point the last one lies on top.
                if (whole.startsWith(point) && point.startsWith(nearest)) {
                    nearest = point;
                    options = Set.of(words[OPTIONS].split(",", -1));
                }
            }
        }
        return options.contains("noexec") || options.contains("ro");
    }
}
