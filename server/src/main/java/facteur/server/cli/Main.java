package facteur.server.cli;

import facteur.mail.file.PrivateFiles;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Where the process begins. */
public final class Main {
    /** Where the package says what names without a domain are completed with, and the kernel's. */
    private static final List<Path> NAMES =
            List.of(Path.of("/etc/mailname"), Path.of("/proc/sys/kernel/hostname"));

    private Main() {}

    public static void main(String[] arguments) {
        if (!PrivateFiles.masksOthers()) {
            int _ = PrivateFiles.maskOthers();
        }
        System.exit(
                arguments.length > 0 && arguments[0].equals("sendmail")
                        ? sendmail(Arrays.asList(arguments).subList(1, arguments.length))
                        : FacteurCommand.run(arguments));
    }

    private static int sendmail(List<String> words) {
        return new Sendmail(sender(), System.err)
                .run(words, System.in, System.out, () -> FacteurCommand.run("queue", "pending"));
    }

    /** Who this process sends for. */
    static Sendmail.Sender sender() {
        return new Sendmail.Sender(System.getProperty("user.name"), domain(), spool());
    }

    private static Path spool() {
        return Path.of(
                Optional.ofNullable(System.getenv("FACTEUR_SPOOL"))
                        .orElseGet(
                                () -> System.getProperty("facteur.spool", "/var/spool/facteur")));
    }

    private static String domain() {
        for (Path file : NAMES) {
            try {
                String name =
                        Files.readString(file, StandardCharsets.US_ASCII)
                                .strip()
                                .toLowerCase(Locale.ROOT);
                if (name.matches("[a-z0-9.-]+\\.[a-z0-9-]+")) {
                    return name;
                }
            } catch (IOException e) {
                // The next one is asked.
            }
        }
        return "localhost.localdomain";
    }
}
