package facteur.mail.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

class PrivateFilesTest {
    @TempDir private Path directory;

    @Test
    void what_is_made_under_the_mask_is_its_owners_alone() throws Exception {
        int before = PrivateFiles.maskOthers();
        try {
            Path file = Files.createFile(directory.resolve("file"));
            Path below = Files.createDirectories(directory.resolve("below/further"));
            assertEquals("rw-------", modes(file));
            assertEquals("rwx------", modes(below));
        } finally {
            PrivateFiles.mask(before);
        }
    }

    private static String modes(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void what_others_may_read_is_found_and_closed_and_links_are_left_alone() throws Exception {
        Path outside = Files.createFile(directory.resolve("outside"));
        Files.setPosixFilePermissions(outside, PosixFilePermissions.fromString("rw-r--r--"));
        Path root = PrivateFiles.directory(directory.resolve("root"));
        Path file = Files.createFile(root.resolve("file"));
        Path below = Files.createDirectory(root.resolve("below"));
        Files.createSymbolicLink(root.resolve("link"), outside);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        Files.setPosixFilePermissions(below, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertEquals(Set.of(file, below), Set.copyOf(PrivateFiles.open(root)));
        assertEquals(Set.of(file, below), Set.copyOf(PrivateFiles.close(root)));
        assertEquals(List.of(), PrivateFiles.open(root));
        assertEquals(
                "rw-r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(outside)));
    }

    @Test
    void what_root_makes_is_given_to_the_owner_of_the_directory() throws Exception {
        assumeTrue(PrivateFiles.user() == 0, "only root can give files away");
        int nobody = 65_534;
        Path root = PrivateFiles.directory(directory.resolve("root"));
        Files.setAttribute(root, "unix:uid", nobody);
        PrivateFiles.Owner owner = PrivateFiles.Owner.of(root);
        Path file = Files.createFile(root.resolve("file"));
        assertEquals(List.of(file), PrivateFiles.ownedByOthers(owner, root));
        assertEquals(List.of(file), PrivateFiles.giveTo(owner, root));
        assertEquals(nobody, Files.getAttribute(file, "unix:uid"));
        assertEquals(List.of(), PrivateFiles.ownedByOthers(owner, root));
        assertEquals(Set.of(root, file), Set.copyOf(PrivateFiles.foreign(root)));
    }

    @Test
    void a_file_that_may_not_be_opened_is_told_with_its_owner() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        Throwable failure = new IOException("start", new AccessDeniedException(file.toString()));
        String told = PrivateFiles.explain(failure).orElseThrow();
        assertTrue(told.contains(file + " belongs to "), told);
        assertTrue(told.contains("chown"), told);
        assertTrue(PrivateFiles.explain(new IOException("else")).isEmpty());
    }

    @Test
    void a_message_names_path_owner_and_who_asks() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        String whose = PrivateFiles.whose(file).orElseThrow();
        assertTrue(whose.startsWith(file + " belongs to "), whose);
        assertTrue(whose.contains("(uid " + PrivateFiles.user() + ", rw-"), whose);
        assertTrue(PrivateFiles.whose(directory.resolve("absent")).isEmpty());
    }
}
