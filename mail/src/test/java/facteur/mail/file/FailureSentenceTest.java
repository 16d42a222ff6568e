package facteur.mail.file;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

class FailureSentenceTest {
    @Test
    void a_path_alone_is_never_all_that_is_said() {
        String missing = "use /proc/x: there is no such file or directory";
        assertEquals(missing, FailureSentence.of(new NoSuchFileException("/proc/x")));
        assertEquals(
                missing,
                FailureSentence.of(new UncheckedIOException(new NoSuchFileException("/proc/x"))));
        assertEquals(
                "use /x: it exists already",
                FailureSentence.of(new FileAlreadyExistsException("/x")));
        assertEquals(
                "use /x: the directory is not empty",
                FailureSentence.of(new DirectoryNotEmptyException("/x")));
        assertEquals(
                "use /x: Read-only file system",
                FailureSentence.of(new FileSystemException("/x", null, "Read-only file system")));
    }

    @Test
    void words_that_were_found_for_it_stay() {
        assertEquals(
                "the backup is not complete",
                FailureSentence.of(
                        new IOException(
                                "the backup is not complete", new NoSuchFileException("/x"))));
    }
}
