package facteur.packaging;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Runs another program to its end. */
final class Command {
    private Command() {}

    /**
     * @throws IOException with the end of what it said, when it fails
     */
    static void run(Path directory, List<String> command) throws IOException {
        Process process =
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .start();
        String said;
        try (var out = process.getInputStream()) {
            said = new String(out.readAllBytes(), StandardCharsets.UTF_8);
        }
        if (await(process) != 0) {
            throw new IOException(
                    String.join(" ", command)
                            + " failed with "
                            + process.exitValue()
                            + ":\n"
                            + said.substring(Math.max(0, said.length() - 4000)));
        }
    }

    static int await(Process process) throws IOException {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
            throw new IOException("interrupted while a program ran", e);
        }
    }
}
