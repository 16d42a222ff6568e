package facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.event.OperatorEvent;
import facteur.mail.file.PrivateFiles;
import facteur.mail.message.MailId;
import facteur.server.Peers;
import facteur.server.ServeProcess;
import facteur.store.Store;
import facteur.store.journal.FileOpener;
import facteur.store.laboratory.Filling;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Every command on files over every damage: one line that names the file, says what was tried and
 * what to do; and a check changes nothing.
 */
class DamagedStoreTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int SEGMENT = 8 << 20;
    private static final int PAGE = 4096;

    /** Words of libraries and of the system that say nothing to an operator. */
    private static final Pattern RAW =
            Pattern.compile(
                    "\\bE[A-Z]{4,}\\b|Exception|errno|MDB_|org\\.lmdb|facteur\\.[a-z]+\\.|null");

    private static final Pattern ADVICE =
            Pattern.compile(
                    "; |\\bstart\\b|rebuild|restore|put |move |give it|correct|check|name |stop ");

    @TempDir private Path directory;
    private Path whole;
    private Path config;

    private interface Harm {
        void to(Path data) throws IOException;
    }

    /**
     * @param file that is damaged, from the data directory; what is said names it
     * @param notice commands that cannot do their work
     */
    private record Damage(String name, String file, Harm harm, Set<String> notice) {}

    private static final String VERIFY = "verify";
    private static final String REBUILD = "rebuild";
    private static final String BACKUP = "backup";
    private static final String RESTORE = "restore";
    private static final String SIZES = "sizes";
    private static final String CLOCK = "clock";
    private static final String DOCTOR = "doctor";
    private static final String CHECK = "check";
    private static final List<String> ALL =
            List.of(VERIFY, REBUILD, BACKUP, RESTORE, SIZES, CLOCK, DOCTOR, CHECK);

    private static final Set<String> READ_VIEWS = Set.of(VERIFY, BACKUP, RESTORE, SIZES, DOCTOR);

    private static Set<String> and(Set<String> some, String... more) {
        return Set.copyOf(Stream.concat(some.stream(), Stream.of(more)).toList());
    }

    private static final String DATA = "views/data.mdb";
    private static final String BASE = "base/data.mdb";
    private static final String SEGMENT_0 = "journal/000000000000.segment";

    private static final List<Damage> DAMAGES =
            List.of(
                    new Damage("views missing", DATA, at(DATA, Files::delete), READ_VIEWS),
                    new Damage("views emptied", DATA, at(DATA, p -> cut(p, 0)), READ_VIEWS),
                    new Damage(
                            "views cut",
                            DATA,
                            at(DATA, p -> cut(p, 5 * PAGE + 1)),
                            and(READ_VIEWS, CHECK)),
                    new Damage(
                            "views cut in their first page",
                            DATA,
                            at(DATA, p -> cut(p, 100)),
                            and(READ_VIEWS, CHECK)),
                    new Damage(
                            "views of zeros",
                            DATA,
                            at(DATA, p -> Files.write(p, new byte[64 * PAGE])),
                            and(READ_VIEWS, CHECK)),
                    new Damage(
                            "views overwritten behind the first pages",
                            DATA,
                            at(DATA, p -> overwrite(p, 2 * PAGE)),
                            and(READ_VIEWS, CHECK)),
                    new Damage(
                            "views a directory",
                            DATA,
                            at(DATA, DamagedStoreTest::directoryInstead),
                            and(READ_VIEWS, CHECK)),
                    new Damage(
                            "base cut",
                            BASE,
                            data -> {
                                Files.createDirectories(data.resolve("base"));
                                Files.copy(data.resolve(DATA), data.resolve(BASE));
                                cut(data.resolve(BASE), 5 * PAGE);
                            },
                            Set.of(VERIFY, REBUILD)),
                    new Damage(
                            "format missing",
                            "format",
                            at("format", Files::delete),
                            Set.of(VERIFY, REBUILD, BACKUP, RESTORE, SIZES, DOCTOR, CHECK)),
                    new Damage(
                            "format of a newer version",
                            "",
                            at("format", p -> Files.writeString(p, "99\n")),
                            Set.of(VERIFY, REBUILD, BACKUP, RESTORE, SIZES, DOCTOR, CHECK)),
                    new Damage(
                            "format no number",
                            "format",
                            at("format", p -> Files.write(p, new byte[] {0, (byte) 0xff})),
                            Set.of(VERIFY, REBUILD, BACKUP, RESTORE, SIZES, DOCTOR, CHECK)),
                    new Damage(
                            "epoch empty",
                            "journal/epoch",
                            at("journal/epoch", p -> cut(p, 0)),
                            Set.of(VERIFY, REBUILD, DOCTOR, CHECK)),
                    new Damage(
                            "epoch of octets that are no text",
                            "journal/epoch",
                            at("journal/epoch", p -> Files.write(p, new byte[] {(byte) 0xff})),
                            Set.of(VERIFY, REBUILD, DOCTOR, CHECK)),
                    new Damage(
                            "segment without its header",
                            SEGMENT_0,
                            at(SEGMENT_0, p -> overwrite(p, 0)),
                            Set.of(VERIFY, REBUILD, BACKUP, DOCTOR, CHECK)),
                    new Damage(
                            "segment emptied",
                            SEGMENT_0,
                            at(SEGMENT_0, p -> cut(p, 0)),
                            Set.of(VERIFY, REBUILD, BACKUP, DOCTOR, CHECK)),
                    new Damage(
                            "segment a directory",
                            SEGMENT_0,
                            at(SEGMENT_0, DamagedStoreTest::directoryInstead),
                            Set.of(VERIFY, REBUILD, BACKUP, DOCTOR, CHECK)),
                    new Damage(
                            "journal missing",
                            "",
                            at("journal", DamagedStoreTest::deleteTree),
                            Set.of(VERIFY, REBUILD, BACKUP, RESTORE, SIZES, CLOCK, DOCTOR)),
                    new Damage(
                            "journal a file",
                            "",
                            at(
                                    "journal",
                                    p -> {
                                        deleteTree(p);
                                        Files.writeString(p, "x");
                                    }),
                            Set.of(VERIFY, REBUILD, BACKUP, RESTORE, SIZES, CLOCK, DOCTOR, CHECK)),
                    new Damage(
                            "all missing",
                            "",
                            DamagedStoreTest::deleteTree,
                            Set.of(VERIFY, REBUILD, BACKUP, RESTORE, SIZES, CLOCK, DOCTOR)));

    private static Harm at(String file, Harm harm) {
        return data -> harm.to(data.resolve(file));
    }

    private static void cut(Path file, long size) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(size);
        }
    }

    private static void overwrite(Path file, long from) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            byte[] odd = new byte[Math.toIntExact(channel.size() - from)];
            java.util.Arrays.fill(odd, (byte) 0x5a);
            channel.write(ByteBuffer.wrap(odd), from);
        }
    }

    private static void directoryInstead(Path file) throws IOException {
        Files.delete(file);
        Files.createDirectory(file);
    }

    private static void deleteTree(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                Path copy = to.resolve(from.relativize(path).toString());
                Files.copy(
                        path,
                        copy,
                        StandardCopyOption.COPY_ATTRIBUTES,
                        StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    @BeforeEach
    void fill() throws Exception {
        whole = directory.resolve("whole");
        Filling.run(
                new Store.Options(whole, SEGMENT, FileOpener.real()),
                new Filling.Plan(200, 2, 50, Instant.now()),
                _ -> {});
        try (Store store = Store.open(new Store.Options(whole, SEGMENT, FileOpener.real()))) {
            for (int i = 0; i < 20; i++) {
                Instant at = Instant.now().truncatedTo(ChronoUnit.MILLIS);
                var _ =
                        store.journal()
                                .append(
                                        new OperatorEvent.Expired(
                                                new MailId(0), new MailId(0), at, "test"))
                                .join();
            }
        }
        assertTrue(Files.size(whole.resolve(DATA)) > 20 * PAGE);
        config = directory.resolve("facteur.yaml");
    }

    private Path data() {
        return directory.resolve("data");
    }

    private void settings(Path data) throws IOException {
        Files.writeString(
                config,
                """
                hostname: mail.example.org
                data_dir: %s
                store: { segment_size: 8MiB }
                admin: { listen: "127.0.0.1:%d" }
                submission: { listeners: [ { address: "127.0.0.1:0", tls: starttls } ] }
                """
                        .formatted(data, Peers.freePort()));
        Files.setPosixFilePermissions(config, PosixFilePermissions.fromString("rw-------"));
    }

    /** Makes a damaged directory anew. */
    private Path damaged(Damage damage) throws IOException {
        if (Files.exists(data())) {
            deleteTree(data());
        }
        copyTree(whole, data());
        damage.harm().to(data());
        if (Files.exists(data())) {
            var _ = PrivateFiles.close(data());
        }
        return data();
    }

    private String[] words(String command, Path data) throws IOException {
        Path target = directory.resolve("target");
        if (Files.exists(target)) {
            deleteTree(target);
        }
        settings(command.equals(RESTORE) ? target : data);
        return switch (command) {
            case BACKUP -> new String[] {"store", BACKUP, target.toString()};
            case RESTORE -> new String[] {"store", RESTORE, data.toString()};
            case CLOCK -> new String[] {"store", CLOCK, "accept"};
            case DOCTOR, CHECK -> new String[] {command};
            default -> new String[] {"store", command};
        };
    }

    private static Map<String, String> state(Path root) throws IOException {
        Map<String, String> state = new TreeMap<>();
        if (Files.notExists(root)) {
            return state;
        }
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.toList()) {
                state.put(
                        path.toString(),
                        Files.getLastModifiedTime(path)
                                + " "
                                + (Files.isRegularFile(path)
                                        ? java.util.Arrays.hashCode(Files.readAllBytes(path))
                                        : "directory"));
            }
        }
        return state;
    }

    /** The lines that tell of the damage. */
    private static List<String> told(String command, Ran ran) {
        return switch (command) {
            case VERIFY ->
                    Stream.concat(
                                    ran.out().lines().filter(l -> l.startsWith("problem: ")),
                                    ran.err().lines())
                            .toList();
            case DOCTOR ->
                    ran.out()
                            .lines()
                            .filter(
                                    l ->
                                            l.startsWith("PROBLEM  STORE")
                                                    || l.startsWith("PROBLEM  FILES"))
                            .toList();
            case CHECK ->
                    Stream.concat(ran.out().lines(), ran.err().lines())
                            .filter(l -> l.contains("data_dir"))
                            .toList();
            default -> ran.err().lines().toList();
        };
    }

    private static void requireWords(String what, Path named, List<String> lines) {
        assertTrue(!lines.isEmpty(), what + ": nothing is said");
        String all = String.join("\n", lines);
        assertTrue(all.contains(named.toString()), what + " names not " + named + ":\n" + all);
        assertTrue(!RAW.matcher(all).find(), what + " is told in raw words:\n" + all);
        assertTrue(ADVICE.matcher(all).find(), what + " without advice:\n" + all);
    }

    @Test
    void each_command_tells_each_damage_in_a_line_with_path_and_advice() throws Exception {
        List<String> faults = new ArrayList<>();
        int cases = 0;
        for (Damage damage : DAMAGES) {
            for (String command : ALL) {
                Path data = damaged(damage);
                String what = damage.name() + ", " + command;
                Ran ran = Ran.of(config, words(command, data));
                cases++;
                try {
                    if (damage.notice().contains(command)) {
                        assertNotEquals(0, ran.status(), what + ": " + ran);
                        List<String> told = told(command, ran);
                        requireWords(what, data.resolve(damage.file()), told);
                        assertTrue(command.equals(VERIFY) || told.size() == 1, what + ": " + ran);
                    } else if (command.equals(DOCTOR)) {
                        assertEquals(List.of(), told(command, ran), what);
                    } else {
                        assertEquals(0, ran.status(), what + ": " + ran);
                    }
                } catch (AssertionError e) {
                    faults.add(String.valueOf(e.getMessage()));
                }
            }
        }
        System.out.printf("%d damages, %d commands: %d cases%n", DAMAGES.size(), ALL.size(), cases);
        assertEquals("", String.join("\n\n", faults));
    }

    @Test
    void a_check_makes_moves_and_changes_nothing_whatever_it_finds() throws Exception {
        for (Damage damage : DAMAGES) {
            Path data = damaged(damage);
            settings(data);
            Map<String, String> before = state(data);
            var _ = Ran.of(config, "store", "verify");
            var _ = Ran.of(config, "check");
            assertEquals(before, state(data), damage.name());
        }
    }

    @Test
    void views_that_lag_are_no_problem_and_views_that_are_gone_are_one_with_a_count()
            throws Exception {
        Path data = damaged(new Damage("none", "", _ -> {}, Set.of()));
        settings(data);
        Ran good = Ran.of(config, "store", "verify");
        assertEquals(0, good.status(), good.toString());

        cut(data.resolve(DATA), 0);
        Ran gone = Ran.of(config, "store", "verify");
        assertEquals(1, gone.status(), gone.toString());
        assertTrue(
                gone.out().contains("views/data.mdb is empty; facteur store rebuild"), gone.out());
        assertTrue(
                Pattern.compile("the views know none of the [1-9][0-9]+ events of the journal")
                        .matcher(gone.out())
                        .find(),
                gone.out());

        assertEquals(0, Ran.of(config, "store", "rebuild").status());
        assertEquals(0, Ran.of(config, "store", "verify").status());
    }

    /** Root without its privileges meets permissions as any other user does. */
    private Peers.Ended unprivileged(String... words) throws IOException {
        List<String> command =
                new ArrayList<>(List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all"));
        List<String> called = new ArrayList<>(List.of(words));
        called.addAll(List.of("--config", config.toString()));
        command.addAll(
                ServeProcess.command(Main.class, List.of("-XX:TieredStopAtLevel=1"), called));
        return Peers.run(PATIENCE, directory, command);
    }

    @Test
    void what_may_not_be_opened_is_told_with_owner_and_what_to_do() throws Exception {
        Assumptions.assumeTrue(PrivateFiles.user() == 0, "only root can make another user's files");
        int other = 65534;
        Map<String, Set<String>> closed =
                Map.of(
                        DATA,
                        Set.of(VERIFY, BACKUP, SIZES, DOCTOR, CHECK),
                        SEGMENT_0,
                        Set.of(VERIFY, REBUILD, BACKUP, DOCTOR, CHECK));
        for (var each : closed.entrySet()) {
            Path data =
                    damaged(
                            new Damage(
                                    "foreign",
                                    each.getKey(),
                                    at(
                                            each.getKey(),
                                            p -> Files.setAttribute(p, "unix:uid", other)),
                                    Set.of()));
            Path named = data.resolve(each.getKey());
            for (String command : each.getValue()) {
                Peers.Ended ended = unprivileged(words(command, data));
                assertNotEquals(0, ended.status(), ended.output());
                List<String> lines =
                        ended.output()
                                .lines()
                                .filter(
                                        l ->
                                                l.startsWith("facteur: ")
                                                        || l.startsWith("problem: ")
                                                        || l.contains(named.toString()))
                                .toList();
                requireWords(command, named, lines);
                assertTrue(
                        ended.output().contains("(uid " + other),
                        command + " says not whose it is: " + ended.output());
            }
        }
    }
}
