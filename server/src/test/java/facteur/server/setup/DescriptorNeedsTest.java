package facteur.server.setup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.config.Settings;
import facteur.config.descriptor.Descriptors;
import facteur.server.LabSettings;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

class DescriptorNeedsTest {
    @TempDir private Path directory;

    private Settings settings() throws Exception {
        return LabSettings.read(
                        Files.writeString(
                                directory.resolve("facteur.yaml"),
                                """
                                hostname: mail.sender.example
                                data_dir: %s
                                submission: { listeners: [{ address: "127.0.0.1:0", tls: none }], max_connections: 100 }
                                delivery: { max_connections: 100 }
                                tracker: { listen: "127.0.0.1:0", max_connections: 100 }
                                admin: { listen: "127.0.0.1:0" }
                                """
                                        .formatted(directory.resolve("data"))))
                .settings();
    }

    private static Descriptors limit(long most) {
        return new Descriptors(most, () -> 0, () -> 0);
    }

    @Test
    void before_the_first_start_only_connections_and_what_else_is_open_count() throws Exception {
        DescriptorNeeds descriptorNeeds = DescriptorNeeds.of(settings());
        assertEquals(new DescriptorNeeds(300, 100), descriptorNeeds);
        assertEquals(Optional.empty(), descriptorNeeds.shortage(limit(534)));
        assertTrue(descriptorNeeds.shortage(limit(532)).orElseThrow().contains("raise the limit"));
    }

    @Test
    void the_files_of_the_journal_count_with_as_many_to_come() throws Exception {
        Path journal = Files.createDirectories(directory.resolve("data").resolve("journal"));
        for (int i = 0; i < 40; i++) {
            Files.createFile(journal.resolve("segment" + i));
        }
        assertEquals(new DescriptorNeeds(300, 180), DescriptorNeeds.of(settings()));
    }
}
