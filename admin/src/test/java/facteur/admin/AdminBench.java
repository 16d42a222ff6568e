package facteur.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.store.Store;
import facteur.store.journal.FileOpener;
import facteur.store.laboratory.Filling;

import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * What pages cost a server of its own with a heap of 512 MiB, walked through as a user would. By
 * default over a small store; with {@code -Dstore.filled=DIR} over one that {@code facteur lab
 * fill} has made. DIR is opened in place; accounts and journal go elsewhere.
 */
@Tag("bench")
class AdminBench {
    private static final int TIMES = 60;
    private static final double MOST_MILLIS = 100;
    private static final int HEAP_MIB = 512;

    @TempDir private Path directory;

    private final Map<String, double[]> took = new LinkedHashMap<>();
    private final Random random = new Random(7);
    private int campaigns;
    private int contacts;
    private int times;

    private interface Address {
        String next();
    }

    @Test
    void pages() throws Exception {
        Path data = Files.createDirectories(directory.resolve("data"));
        views(data);
        Process server = serve(data);
        try {
            BufferedReader said = server.inputReader(StandardCharsets.UTF_8);
            String url =
                    said.lines().filter(line -> line.startsWith("http")).findFirst().orElseThrow();
            // Whoever does not read what a program says stops it in the end.
            Thread.ofVirtual().start(() -> said.lines().forEach(_ -> {}));
            try (Browser browser = new Browser(url, "fr")) {
                browser.login(AdminAccounts.FIRST, House.PASSWORD);
                // The first round warms up what a server has behind it after its first minutes.
                for (int times : List.of(20, TIMES)) {
                    this.times = times;
                    measure(browser);
                }
            }
            paint(url);
            long used = heap(server.pid());
            System.out.printf("heap in use after all of it: %d MiB of %d%n", used, HEAP_MIB);
            assertTrue(used < HEAP_MIB, used + " MiB");
        } finally {
            server.destroy();
            server.waitFor();
        }
        assertEquals(
                List.of(),
                took.entrySet().stream()
                        .filter(page -> p95(page.getValue()) >= MOST_MILLIS)
                        .map(Map.Entry::getKey)
                        .toList());
    }

    /**
     * Every screen in Chromium: how soon something is painted, which the script holds below 1 s.
     */
    private void paint(String url) throws Exception {
        Path script = Path.of("..", "server", "src", "test", "browser", "gallery.mjs");
        Path shots = Files.createDirectories(Path.of("target", "screenshots"));
        Process chromium =
                new ProcessBuilder("node", script.toString(), url, House.PASSWORD, shots.toString())
                        .redirectErrorStream(true)
                        .start();
        try (BufferedReader said = chromium.inputReader(StandardCharsets.UTF_8)) {
            said.lines().forEach(System.out::println);
        }
        assertEquals(0, chromium.waitFor());
    }

    private void views(Path data) throws IOException {
        String given = System.getProperty("store.filled", "");
        if (given.isEmpty()) {
            Filling.run(
                    new Store.Options(data, 64 << 20, FileOpener.real()),
                    new Filling.Plan(100_000, 40, 10_000, Instant.parse("2026-06-01T00:00:00Z")),
                    _ -> {});
        } else {
            Files.createSymbolicLink(
                    data.resolve("views"), Path.of(given).resolve("views").toAbsolutePath());
        }
    }

    private static Process serve(Path data) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        java.lang.management.ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--"))
                .forEach(command::add);
        command.addAll(
                List.of(
                        "-Xmx" + HEAP_MIB + "m",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Showcase.class.getName(),
                        data.toString(),
                        "0"));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    }

    private void measure(Browser browser) throws Exception {
        Document all = browser.page("/campaigns?all=1");
        campaigns =
                all.select("tbody tr[id]").stream()
                        .mapToInt(row -> Integer.parseInt(row.id().substring(1)))
                        .max()
                        .orElseThrow();
        contacts = contacts(browser);
        System.out.println(
                all.expectFirst(".tiles dd").text() + " recipients, " + campaigns + " campaigns");
        page(browser, "campaigns", () -> "/campaigns");
        page(browser, "campaigns, all", () -> "/campaigns?all=1&count=at-least&robots=1");
        page(browser, "campaigns, sorted and searched", () -> "/campaigns?sort=bounce&q=a");
        page(
                browser,
                "campaigns, period and tag",
                () -> "/campaigns?from=2026-01-01&until=2026-03-01");
        page(browser, "campaigns, CSV", () -> "/campaigns?format=csv");
        page(browser, "campaign", () -> "/campaigns/" + campaign());
        page(browser, "campaign, with robots", () -> "/campaigns/" + campaign() + "?robots=1");
        for (String status : List.of("sent", "opened", "clicked", "hard_bounce", "abandoned")) {
            page(browser, "contacts behind " + status, () -> behind() + "?status=" + status);
        }
        page(browser, "contacts behind all statuses", this::behind);
        page(browser, "contacts behind, by address", () -> behind() + "?q=contact1");
        page(browser, "contacts behind, nobody", () -> behind() + "?q=nobody-at-all");
        page(
                browser,
                "contacts behind, by domain",
                () -> behind() + "?domain=d" + random.nextInt(400) + ".example");
        page(browser, "contacts behind, by reason", () -> behind() + "?reason=mailbox_full");
        page(browser, "contacts behind, by badge", () -> behind() + "?badge=complained");
        deeper(browser, "contacts behind, ten pages on", behind() + "?status=sent");
        page(browser, "contacts", () -> "/contacts?campaigns=id:0");
        page(browser, "contacts x 20 campaigns", () -> "/contacts?campaigns=" + columns(20));
        page(
                browser,
                "contacts x 20, by address",
                () -> "/contacts?q=contact" + random.nextInt(90) + "&campaigns=" + columns(20));
        page(
                browser,
                "contacts, opened in A and not clicked in B",
                () -> combined("opened", "!clicked"));
        page(
                browser,
                "contacts, hard bounce in A and abandoned in B",
                () -> combined("hard_bounce", "abandoned"));
        page(browser, "contacts, not addressed in A and not in B", () -> combined("none", "none"));
        page(browser, "contacts x 20, sorted by a column", this::sorted);
        deeper(browser, "contacts x 20, ten pages on", "/contacts?campaigns=" + columns(20));
        page(browser, "contact", () -> "/contacts/" + contact());
        List<String> messages = messages(browser);
        page(browser, "message", () -> messages.get(random.nextInt(messages.size())));
        page(browser, "queue", () -> "/queue");
        page(browser, "deliverability", () -> "/deliverability");
        page(browser, "suppressions", () -> "/suppressions");
        page(
                browser,
                "suppressions, by address",
                () -> "/suppressions?q=contact" + random.nextInt(90));
        page(browser, "suppressions, lifted", () -> "/suppressions?lifted=1");
        page(browser, "settings", () -> "/settings");
        page(browser, "help", () -> "/help");
        page(browser, "API: campaigns", () -> "/api/v1/campaigns?limit=1000");
        page(browser, "API: contacts x 20", () -> "/api/v1/contacts?campaigns=" + columns(20));
        page(browser, "API: messages", () -> "/api/v1/messages");
    }

    private static int contacts(Browser browser) throws Exception {
        int known = 1000;
        while (browser.get("/contacts/id:" + known * 2).statusCode() == 200) {
            known *= 2;
        }
        return known;
    }

    private String campaign() {
        return "id:" + (1 + random.nextInt(campaigns));
    }

    private String behind() {
        return "/campaigns/" + campaign() + "/contacts";
    }

    private String contact() {
        return "id:" + (1 + random.nextInt(contacts));
    }

    private List<String> some(int count) {
        return random.ints(1, campaigns + 1)
                .distinct()
                .limit(Math.min(count, campaigns))
                .mapToObj(number -> "id:" + number)
                .toList();
    }

    private String columns(int count) {
        return String.join(",", some(count));
    }

    private String combined(String first, String second) {
        List<String> two = some(2);
        return "/contacts?campaigns=%s&in.%s=%s&in.%s=%s"
                .formatted(String.join(",", two), two.getFirst(), first, two.getLast(), second);
    }

    private String sorted() {
        List<String> twenty = some(20);
        return "/contacts?campaigns=" + String.join(",", twenty) + "&sort=" + twenty.getFirst();
    }

    private List<String> messages(Browser browser) throws Exception {
        List<String> found = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            browser.page("/contacts/" + contact())
                    .select("tbody a.name")
                    .forEach(link -> found.add(link.attr("href")));
        }
        return found;
    }

    private void page(Browser browser, String name, Address address) throws Exception {
        double[] millis = new double[times];
        for (int i = 0; i < times; i++) {
            millis[i] = ask(browser, address.next());
        }
        told(name, millis);
    }

    private void deeper(Browser browser, String name, String path) throws Exception {
        List<Double> millis = new ArrayList<>();
        String next = path;
        for (int i = 0; i < 20 && !next.isEmpty(); i++) {
            millis.add(ask(browser, next));
            var link = browser.page(next).selectFirst("a[rel=next]");
            next = link == null ? "" : link.attr("href");
        }
        told(name, millis.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private static double ask(Browser browser, String path) throws Exception {
        long begin = System.nanoTime();
        var answer = browser.get(path);
        double millis = (System.nanoTime() - begin) / 1e6;
        assertEquals(200, answer.statusCode(), path);
        return millis;
    }

    private void told(String name, double[] millis) {
        Arrays.sort(millis);
        if (times < TIMES) {
            return;
        }
        took.put(name, millis);
        System.out.printf(
                "%-48s p50 %7.1f ms  p95 %7.1f ms  most %7.1f ms%n",
                name, millis[millis.length / 2], p95(millis), millis[millis.length - 1]);
    }

    private static double p95(double[] sorted) {
        return sorted[Math.min(sorted.length - 1, sorted.length * 95 / 100)];
    }

    private static long heap(long pid) throws IOException {
        Process asked =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                                Long.toString(pid),
                                "GC.heap_info")
                        .start();
        try (BufferedReader out = asked.inputReader(StandardCharsets.UTF_8)) {
            String text = out.lines().collect(Collectors.joining(" "));
            var used = java.util.regex.Pattern.compile("used (\\d+)K").matcher(text);
            return used.find() ? Long.parseLong(used.group(1)) >> 10 : Long.MAX_VALUE;
        }
    }
}
