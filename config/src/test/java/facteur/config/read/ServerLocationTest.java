package facteur.config.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.config.AdminSettings;
import facteur.config.unit.Endpoint;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class ServerLocationTest {
    @TempDir private Path directory;

    private ServerLocation of(String text) throws IOException {
        Path file = directory.resolve("facteur.yaml");
        Files.writeString(file, text);
        return SettingsReader.whereabouts(file);
    }

    @Test
    void the_server_is_found_whatever_else_the_file_says() throws IOException {
        assertEquals(
                new ServerLocation(
                        directory.resolve("store"),
                        Endpoint.loopback(8081),
                        Path.of("/var/spool/facteur")),
                of(
                        """
                        hostnme: misspelt
                        data_dir: store
                        submission: { spool: /var/spool/facteur, listeners: nowhere }
                        credentials: [ { user: app, password: !file not/there } ]
                        admin: { listen: "127.0.0.1:8081", initial_password: !env NOT_SET }
                        """));
        assertEquals(
                new ServerLocation(
                        directory.resolve("data"),
                        AdminSettings.DEFAULTS.listen(),
                        directory.resolve("data/spool")),
                of("hostname: mail.example.org\n"));
    }

    @Test
    void a_mistake_in_what_is_asked_for_is_told_with_its_place() {
        IOException wrong = assertThrows(IOException.class, () -> of("admin: { listen: here }\n"));
        assertTrue(
                String.valueOf(wrong.getMessage()).contains("facteur.yaml:1:"), wrong.toString());
        assertThrows(IOException.class, () -> of("admin: {\n"));
    }
}
