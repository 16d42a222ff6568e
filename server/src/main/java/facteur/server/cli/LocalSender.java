package facteur.server.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Who sends from this machine.
 *
 * @param user of this process
 * @param domain what names without one are completed with
 * @param spool where the server takes mail from
 */
record LocalSender(String user, String domain, Path spool) {
    /** Where the package says what names are completed with, and the kernel's name. */
    private static final List<Path> NAMES =
            List.of(Path.of("/etc/mailname"), Path.of("/proc/sys/kernel/hostname"));

    static LocalSender ofThisProcess() {
        return new LocalSender(
                System.getProperty("user.name"),
                ownDomain(),
                Path.of(
                        Optional.ofNullable(System.getenv("FACTEUR_SPOOL"))
                                .orElse("/var/spool/facteur")));
    }

    private static String ownDomain() {
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

    String complete(String address) {
        return address.isEmpty() || address.indexOf('@') >= 0 ? address : address + "@" + domain;
    }
}
