package facteur.server.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.server.LabServer;
import facteur.server.Peers;
import facteur.testkit.smtp.SmtpTalk;
import facteur.testkit.tls.LabCertificate;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The manual says what is so: its pages that are made from the code are those of this code, every
 * setting in it is taken by {@code check}, and every command by the command line, against a server.
 *
 * <p>{@code -Dreference.write=../docs} makes the pages anew.
 */
class DocumentationTest {
    private static final Path DOCS = Path.of("../docs");
    private static final Path README = Path.of("../README.md");

    /** Of whom the manual writes, and who stands for her: somebody whom mail reaches. */
    private static final String ANNE = "anne@example.net";

    private static final String REACHED = "ok.anne@gmail.lab";
    private static final Pattern YAML = Pattern.compile("(?ms)^ *```yaml\n(.*?)^ *```$");

    /** A line of code, up to what a column beside it says, or where its answer goes. */
    private static final Pattern COMMAND =
            Pattern.compile("(?m)^ {4,}facteur ([a-z].*?)(?: {4,}.*| > .*)?$");

    private static final Pattern WORD = Pattern.compile("\"[^\"]*\"|'[^']*'|\\S+");

    /** Where a server other than that of the test is meant, or a running one would be stopped. */
    private static final Set<String> ELSEWHERE =
            Set.of("serve", "demo", "lab", "doctor", "check", "store verify", "store restore");

    @TempDir private Path directory;

    private static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.walk(DOCS)) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .filter(file -> !file.startsWith(DOCS.resolve("reference")))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void pages_of_reference_are_those_of_this_code() throws IOException {
        String write = System.getProperty("reference.write", "");
        for (Map.Entry<String, String> page : ReferencePages.all().entrySet()) {
            if (!write.isEmpty()) {
                Files.writeString(Path.of(write, page.getKey()), page.getValue());
            }
            assertEquals(
                    page.getValue(),
                    Files.readString(DOCS.resolve(page.getKey())),
                    page.getKey() + " is made anew with -Dreference.write=../docs");
        }
    }

    @Test
    void every_page_stands_in_the_contents_or_is_linked_from_one_that_does() throws IOException {
        String contents = Files.readString(DOCS.resolve("contents.yaml"));
        String runbooks = Files.readString(DOCS.resolve("runbooks/index.md"));
        // What is written for those who change the code, and is read in the sources.
        Set<String> inside = Set.of("flow.md", "debugging.md", "releasing.md", "threats.md");
        List<String> lost =
                pages().stream()
                        .map(page -> DOCS.relativize(page).toString())
                        .filter(page -> !page.startsWith("decisions/") && !inside.contains(page))
                        .filter(page -> !contents.contains(page))
                        .filter(
                                page ->
                                        !runbooks.contains(
                                                "(" + page.replaceFirst("^runbooks/", "") + ")"))
                        .toList();
        assertEquals(List.of(), lost);
    }

    @Test
    void a_site_is_made_of_it_in_which_no_link_is_dead() throws IOException {
        Path site = directory.resolve("site");
        Peers.Ended made =
                Peers.run(
                        Duration.ofMinutes(2),
                        DOCS.resolve(".."),
                        List.of(".build/docs", site.toString()));
        assertEquals(0, made.status(), made.output());
        assertTrue(Files.exists(site.resolve("reference/settings.html")));
        assertTrue(Files.exists(site.resolve("search/search_index.json")));
    }

    @Test
    void every_setting_that_is_shown_is_taken() throws Exception {
        LabCertificate certificate = LabCertificate.of("mail.example.org");
        int seen = 0;
        List<String> refused = new ArrayList<>();
        for (Path page : Stream.concat(pages().stream(), Stream.of(README)).toList()) {
            Matcher blocks = YAML.matcher(Files.readString(page));
            while (blocks.find()) {
                String block = blocks.group(1).stripIndent();
                if (block.contains("scrape_configs")) {
                    continue; // of Prometheus
                }
                seen++;
                String said = check(block, certificate);
                if (!said.isEmpty()) {
                    refused.add(page + ": " + said);
                }
            }
        }
        assertEquals(List.of(), refused);
        assertTrue(seen >= 7, seen + " blocks");
    }

    private String check(String block, LabCertificate certificate) throws IOException {
        String text = block.replace("/etc/facteur/", directory + "/");
        Matcher files = Pattern.compile(Pattern.quote(directory + "/") + "[\\w.-]+").matcher(text);
        while (files.find()) {
            Path file = Path.of(files.group());
            String content =
                    file.toString().endsWith("key.pem") || file.toString().endsWith(".key")
                            ? certificate.keyPem()
                            : file.toString().endsWith(".pem")
                                    ? certificate.certificatePem()
                                    : "secret";
            Files.writeString(file, content);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        }
        StringBuilder settings = new StringBuilder(text);
        if (!text.contains("hostname:")) {
            settings.append("hostname: mail.example.org\n");
        }
        if (!text.contains("data_dir:")) {
            settings.append("data_dir: data\n");
        }
        for (String user : List.of("shop", "newsletter")) {
            if (text.contains(user) && !text.contains("credentials:\n")) {
                settings.append(settings.indexOf("credentials:\n") < 0 ? "credentials:\n" : "")
                        .append("  - { user: " + user + ", password: secret, campaigns: any }\n");
            }
        }
        Path file = Files.writeString(directory.resolve("facteur.yaml"), settings);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Ran ran = Ran.of(file, "check");
        return ran.status() == 0 ? "" : ran.out() + ran.err();
    }

    @Test
    void every_command_that_is_shown_is_one() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Path page : pages()) {
            for (List<String> words : commands(page)) {
                try {
                    FacteurCommand.commandLine().parseArgs(words.toArray(String[]::new));
                } catch (CommandLine.ParameterException e) {
                    wrong.add(page + ": " + words + ": " + e.getMessage());
                }
            }
        }
        assertEquals(List.of(), wrong);
    }

    @Test
    void commands_that_ask_a_server_do_what_they_say() throws Exception {
        try (LabServer lab = LabServer.start(directory)) {
            Path config = SuppressionCommandsTest.reachable(directory, lab.server());
            List<String> failed = new ArrayList<>();
            int seen = 0;
            for (Path page : pages()) {
                if (page.startsWith(DOCS.resolve("fr"))) {
                    continue; // the same commands in French
                }
                written(lab);
                for (List<String> words : commands(page)) {
                    if (ELSEWHERE.stream().anyMatch(String.join(" ", words)::startsWith)) {
                        continue;
                    }
                    seen++;
                    Ran ran = run(config, words);
                    if (ran.status() != 0) {
                        failed.add(page + ": " + words + ": " + ran);
                    }
                }
            }
            assertEquals(List.of(), failed);
            assertTrue(seen > 20, seen + " commands");
        }
    }

    private Ran run(Path config, List<String> words) throws IOException {
        CommandLine.ParseResult parsed =
                FacteurCommand.commandLine().parseArgs(words.toArray(String[]::new));
        while (parsed.hasSubcommand()) {
            parsed = parsed.subcommand();
        }
        boolean asks = parsed.commandSpec().findOption("--config") != null;
        return asks ? Ran.of(config, here(words)) : Ran.of(here(words));
    }

    /** A message to the person whom the manual writes of, in the campaign that it writes of. */
    private static void written(LabServer lab) throws IOException {
        try (SmtpTalk talk = lab.login()) {
            String message = "From: a@sender.example\r\nX-Campaign: spring\r\n\r\nx\r\n";
            assertEquals(250, talk.deliver("a@sender.example", REACHED, message).code());
        }
        await().atMost(Duration.ofSeconds(30))
                .until(
                        () ->
                                messages(lab).contains("\"sent\"")
                                        && !messages(lab).contains("\"sending\""));
    }

    /** What the API says of the newest messages to that person. */
    private static String messages(LabServer lab) {
        try {
            return lab.get("/api/v1/contacts/" + REACHED + "/messages");
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** With files of the test in place of those of the reader. */
    private String[] here(List<String> words) throws IOException {
        List<String> here = new ArrayList<>();
        for (String word : words) {
            if (word.endsWith(".csv")) {
                Path file = directory.resolve(word);
                Files.writeString(file, "address,cause\nold@example.net,hard_bounce\n");
                here.add(file.toString());
            } else {
                here.add(word.replace("/backup/", directory + "/backup-").replace(ANNE, REACHED));
            }
        }
        return here.toArray(String[]::new);
    }

    /** What is typed, as the shell would part it, without what is said beside it. */
    private static List<List<String>> commands(Path page) throws IOException {
        return COMMAND.matcher(Files.readString(page))
                .results()
                .map(found -> found.group(1))
                .map(
                        line ->
                                WORD.matcher(line)
                                        .results()
                                        .map(word -> word.group().replaceAll("^[\"']|[\"']$", ""))
                                        .toList())
                .toList();
    }
}
