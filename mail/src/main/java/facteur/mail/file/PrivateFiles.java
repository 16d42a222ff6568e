package facteur.mail.file;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Directories that only their owner may enter, and files that only their owner may read.
 *
 * <p>What is made is private by the mask of the process: that holds for libraries too, which make
 * files in their own code, and cannot be forgotten at a new place.
 */
public final class PrivateFiles {
    private static final int MASK = 0077;
    private static final Set<PosixFilePermission> DIRECTORY =
            PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> OTHERS =
            EnumSet.of(
                    PosixFilePermission.GROUP_READ,
                    PosixFilePermission.GROUP_WRITE,
                    PosixFilePermission.GROUP_EXECUTE,
                    PosixFilePermission.OTHERS_READ,
                    PosixFilePermission.OTHERS_WRITE,
                    PosixFilePermission.OTHERS_EXECUTE);

    private PrivateFiles() {}

    /**
     * From now on whatever this process makes belongs to its owner alone, whatever the mask was
     * that it was started with. To be called once by the process: its children inherit the mask.
     *
     * @return the mask before
     */
    public static int maskOthers() {
        return mask(MASK);
    }

    /**
     * Whether the mask is that already, as a launcher of ours sets it: a call of libc costs a
     * command some 60 ms, this file none.
     */
    public static boolean masksOthers() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).contains("Umask:\t0077");
        } catch (IOException _) {
            return false; // no Linux: it is set once more
        }
    }

    /**
     * From now on this process makes files under another mask.
     *
     * @return the mask before
     */
    public static int mask(int mask) {
        // POSIX: mode_t umask(mode_t); it cannot fail.
        return call("umask", mask);
    }

    /** Who this process is: 0 for root. */
    public static int user() {
        return call("geteuid");
    }

    @SuppressWarnings("restricted") // Two calls of libc that take and return a number.
    private static int call(String function, int... arguments) {
        Linker linker = Linker.nativeLinker();
        FunctionDescriptor shape =
                arguments.length == 0
                        ? FunctionDescriptor.of(ValueLayout.JAVA_INT)
                        : FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
        try {
            var handle =
                    linker.downcallHandle(
                            linker.defaultLookup().find(function).orElseThrow(), shape);
            return arguments.length == 0
                    ? (int) handle.invokeExact()
                    : (int) handle.invokeExact(arguments[0]);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("call " + function, e);
        }
    }

    /** A directory, made where there is none, that only its owner may enter. */
    public static Path directory(Path path) throws IOException {
        if (Files.notExists(path)) {
            Files.createDirectories(path, PosixFilePermissions.asFileAttribute(DIRECTORY));
        }
        return path;
    }

    /** What below a directory, itself included, others may do more with than nothing. */
    public static List<Path> open(Path root) throws IOException {
        List<Path> found = new ArrayList<>();
        each(
                root,
                (path, attributes) -> {
                    if (attributes.permissions().stream().anyMatch(OTHERS::contains)) {
                        found.add(path);
                    }
                });
        return found;
    }

    /**
     * Takes from others what they may do with anything below a directory, itself included.
     *
     * @return what was changed; what belongs to another user stays as it is
     */
    public static List<Path> close(Path root) throws IOException {
        List<Path> closed = new ArrayList<>();
        for (Path path : open(root)) {
            try {
                Set<PosixFilePermission> mine = EnumSet.noneOf(PosixFilePermission.class);
                mine.addAll(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
                mine.removeAll(OTHERS);
                Files.setPosixFilePermissions(path, mine);
                closed.add(path);
            } catch (FileSystemException e) {
                // Deleted meanwhile, or another user's: opening it reports the owner.
            }
        }
        return closed;
    }

    /** What below a directory, itself included, does not belong to the user of this process. */
    public static List<Path> foreign(Path root) throws IOException {
        int user = user();
        List<Path> found = new ArrayList<>();
        each(
                root,
                (path, _) -> {
                    Object owner = Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
                    if (!Integer.valueOf(user).equals(owner) && !path.endsWith("lost+found")) {
                        found.add(path);
                    }
                });
        return found;
    }

    /** Whose files in a directory are to be. */
    public record Owner(UserPrincipal user, GroupPrincipal group) {
        /** The owner of a directory, or of the nearest one above it that exists. */
        public static Owner of(Path path) throws IOException {
            Path there = path.toAbsolutePath();
            while (Files.notExists(there)) {
                there = above(there);
            }
            PosixFileAttributes attributes = Files.readAttributes(there, PosixFileAttributes.class);
            return new Owner(attributes.owner(), attributes.group());
        }
    }

    /**
     * Gives everything below a directory to its owner, where this process is root and made some of
     * it: a server that runs as another user could not open it.
     *
     * @return what was given away
     */
    public static List<Path> giveTo(Owner owner, Path root) throws IOException {
        if (user() != 0 || Files.notExists(root)) {
            return List.of();
        }
        List<Path> given = new ArrayList<>();
        each(
                root,
                (path, attributes) -> {
                    if (!attributes.owner().equals(owner.user())) {
                        PosixFileAttributeView view =
                                Files.getFileAttributeView(
                                        path,
                                        PosixFileAttributeView.class,
                                        LinkOption.NOFOLLOW_LINKS);
                        try {
                            view.setOwner(owner.user());
                            view.setGroup(owner.group());
                            given.add(path);
                        } catch (FileSystemException e) {
                            // Root without the right to: opening it reports the owner.
                        }
                    }
                });
        return given;
    }

    /** What below a directory belongs to another user than its owner. */
    public static List<Path> ownedByOthers(Owner owner, Path root) throws IOException {
        List<Path> found = new ArrayList<>();
        each(
                root,
                (path, attributes) -> {
                    if (!attributes.owner().equals(owner.user()) && !path.endsWith("lost+found")) {
                        found.add(path);
                    }
                });
        return found;
    }

    private interface Each {
        void path(Path path, PosixFileAttributes attributes) throws IOException;
    }

    private static void each(Path root, Each each) throws IOException {
        Files.walkFileTree(
                root,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes a)
                            throws IOException {
                        return visitFile(path, a);
                    }

                    @Override
                    public FileVisitResult visitFile(Path path, BasicFileAttributes a)
                            throws IOException {
                        if (!a.isSymbolicLink()) {
                            each.path(
                                    path,
                                    Files.readAttributes(
                                            path,
                                            PosixFileAttributes.class,
                                            LinkOption.NOFOLLOW_LINKS));
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path path, IOException e) {
                        // Deleted meanwhile, or a directory of another user, such as lost+found.
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    /**
     * A path with its owner, its permissions and who this process is, for a message; empty where
     * the path cannot be looked at.
     */
    public static Optional<String> whose(Path path) {
        try {
            Map<String, Object> of =
                    Files.readAttributes(
                            path, "unix:owner,uid,permissions", LinkOption.NOFOLLOW_LINKS);
            @SuppressWarnings("unchecked")
            Set<PosixFilePermission> permissions =
                    (Set<PosixFilePermission>)
                            java.util.Objects.requireNonNull(of.get("permissions"));
            return Optional.of(
                    path
                            + " belongs to "
                            + of.get("owner")
                            + " (uid "
                            + of.get("uid")
                            + ", "
                            + PosixFilePermissions.toString(permissions)
                            + "), and this process runs as uid "
                            + user());
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }

    /**
     * What to do about a failure, where that is a file that this process may not open; empty for
     * any other failure.
     */
    public static Optional<String> explain(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof AccessDeniedException denied && denied.getFile() != null) {
                Path path = Path.of(denied.getFile());
                return Optional.of(
                        "open "
                                + path
                                + ": permission denied: "
                                + whose(path).or(() -> whose(above(path))).orElse("it is hidden")
                                + "; give it to the owner of the data directory with chown");
            }
        }
        return Optional.empty();
    }

    private static Path above(Path path) {
        Path parent = path.toAbsolutePath().getParent();
        return parent == null ? path : parent;
    }
}
