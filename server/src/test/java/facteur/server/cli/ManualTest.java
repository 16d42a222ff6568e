package facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.config.read.SettingsReader;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;

/** The manual that is made from the commands and the settings. */
class ManualTest {
    @TempDir private Path directory;

    private static Map<String, String> pages() {
        return new ManualPages("November 1, 2026").all(FacteurCommand.commandLine());
    }

    private static String output(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }

    @Test
    void mandoc_has_nothing_to_say_about_any_page() throws Exception {
        List<String> lint = new ArrayList<>(List.of("mandoc", "-T", "lint"));
        for (Map.Entry<String, String> page : pages().entrySet()) {
            Path file = directory.resolve(page.getKey());
            Files.writeString(file, page.getValue());
            lint.add(file.toString());
        }
        assertEquals("", output(lint));
    }

    @Test
    void every_command_and_every_option_has_its_place() {
        Map<String, String> pages = pages();
        for (CommandLine noun : ManualPages.visible(FacteurCommand.commandLine())) {
            String page = pages.getOrDefault("facteur-" + noun.getCommandName() + ".1", "");
            for (CommandLine verb : ManualPages.verbs(noun)) {
                assertTrue(page.contains(verb.getCommandSpec().qualifiedName()), verb.toString());
                verb.getCommandSpec()
                        .options()
                        .forEach(
                                option ->
                                        assertTrue(
                                                page.contains(
                                                        "Fl " + option.longestName().substring(1)),
                                                option.longestName()));
            }
        }
    }

    @Test
    void no_setting_is_explained_that_is_none() throws IOException {
        Properties meanings = new Properties();
        try (InputStream in =
                ManualTest.class.getResourceAsStream("/facteur/config/meanings.properties")) {
            meanings.load(Objects.requireNonNull(in));
        }
        Set<String> none = new TreeSet<>(meanings.stringPropertyNames());
        SettingsReader.everyKey().forEach(key -> none.remove(key.name()));
        assertEquals(Set.of(), none);
    }

    @Test
    void every_setting_stands_in_the_page_of_the_file_with_its_default() {
        String page = pages().getOrDefault("facteur.yaml.5", "");
        List<SettingsReader.Key> keys = SettingsReader.everyKey();
        assertTrue(keys.size() > 80, keys.toString());
        keys.forEach(
                key -> {
                    assertTrue(page.contains('"' + key.name() + '"'), key.toString());
                    assertTrue(key.meaning().length() > 10, key + " has no meaning");
                    assertFalse(key.meaning().endsWith("."), key.toString());
                });
        assertTrue(page.contains(".It Cm \"submission.max_message_size\"\n"), page);
        assertTrue(page.contains(".It Cm \"dkim[].selector\"\n"), page);
    }
}
