package facteur.server;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.admin.AdminAccounts;
import facteur.testkit.smtp.SmtpTalk;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Metrics, rules and dashboards, by Prometheus itself. */
class MonitoringTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Path DASHBOARDS =
            Path.of("../packaging/src/main/files/usr/share/facteur/grafana");
    private static final Path RULES = Path.of("../config/src/main/resources/facteur/config");
    private static final Path RUNBOOKS = Path.of("../docs/runbooks");

    @TempDir private Path directory;

    private record Dashboard(Path file, JsonNode json) {
        List<String> expressions() {
            List<String> all = new ArrayList<>();
            for (JsonNode panel : json.path("panels")) {
                panel.path("targets").forEach(target -> all.add(target.path("expr").asString()));
            }
            return all;
        }
    }

    private static List<Dashboard> dashboards() throws Exception {
        try (Stream<Path> files = Files.list(DASHBOARDS)) {
            return files.sorted()
                    .map(file -> new Dashboard(file, JsonMapper.shared().readTree(file.toFile())))
                    .toList();
        }
    }

    @Test
    void dashboards_can_be_imported_side_by_side() throws Exception {
        Set<String> uids = new HashSet<>();
        Set<String> titles = new HashSet<>();
        assertEquals(4, dashboards().size());
        for (Dashboard each : dashboards()) {
            JsonNode json = each.json();
            assertTrue(uids.add(json.path("uid").asString()), each.file().toString());
            assertTrue(titles.add(json.path("title").asString()), each.file().toString());
            assertTrue(json.path("id").isNull(), "the id is Grafana's");
            assertEquals("DS_PROMETHEUS", json.path("__inputs").path(0).path("name").asString());
            Set<Integer> ids = new HashSet<>();
            for (JsonNode panel : json.path("panels")) {
                String what = each.file() + " " + panel.path("title").asString();
                assertTrue(ids.add(panel.path("id").asInt()), what);
                assertEquals(
                        "${DS_PROMETHEUS}", panel.path("datasource").path("uid").asString(), what);
                Set<String> references = new HashSet<>();
                for (JsonNode target : panel.path("targets")) {
                    assertTrue(references.add(target.path("refId").asString()), what);
                    assertEquals(
                            "${DS_PROMETHEUS}",
                            target.path("datasource").path("uid").asString(),
                            what);
                }
                assertTrue(!references.isEmpty(), what);
            }
        }
    }

    @Test
    void each_alert_has_its_runbook_and_each_runbook_its_alert() throws Exception {
        Set<String> named = new TreeSet<>();
        int alerts = 0;
        try (Stream<Path> files = Files.list(RULES)) {
            for (Path file :
                    files.filter(f -> f.getFileName().toString().startsWith("alerts-")).toList()) {
                String text = Files.readString(file);
                alerts += (int) Pattern.compile("- alert: ").matcher(text).results().count();
                Pattern.compile("runbook_url: file:///usr/share/doc/facteur/runbooks/(\\S+)\\.md")
                        .matcher(text)
                        .results()
                        .forEach(found -> named.add(found.group(1)));
            }
        }
        assertEquals(alerts, named.size());
        try (Stream<Path> files = Files.list(RUNBOOKS)) {
            assertEquals(
                    named,
                    new TreeSet<>(
                            files.map(f -> f.getFileName().toString().replace(".md", ""))
                                    .filter(name -> !name.equals("index")) // the list of them
                                    .toList()));
        }
    }

    @Test
    void promtool_finds_that_each_rule_fires_when_it_should_and_only_then() throws Exception {
        Peers.Ended ended =
                Peers.run(
                        PATIENCE,
                        Path.of("src/test/resources/facteur/server"),
                        List.of("promtool", "test", "rules", "alerts.test.yaml"));
        assertEquals(0, ended.status(), ended.output());
    }

    @Test
    void prometheus_reads_every_metric_without_a_word_and_evaluates_every_panel() throws Exception {
        int port = Peers.freePort();
        try (LabServer facteur = LabServer.start(directory)) {
            try (SmtpTalk talk = facteur.login()) {
                for (String to : List.of("ok.anne@gmail.lab", "unknown.bert@outlook.lab")) {
                    assertEquals(
                            250,
                            talk.deliver(
                                            "a@sender.example",
                                            to,
                                            "From: a@sender.example\r\n\r\nx\r\n")
                                    .code());
                }
            }
            await().atMost(PATIENCE)
                    .until(
                            () ->
                                    facteur.get("/metrics")
                                            .contains("facteur_delivery_refusals_total"));
            String metrics = facteur.get("/metrics");
            Path scraped = Files.writeString(directory.resolve("metrics"), metrics);
            Peers.Ended lint =
                    Peers.run(
                            PATIENCE,
                            directory,
                            List.of("sh", "-c", "promtool check metrics < " + scraped));
            assertEquals("", lint.output());
            assertEquals(0, lint.status());
            for (String contract : CONTRACT) {
                assertTrue(metrics.lines().anyMatch(line -> line.startsWith(contract)), contract);
            }

            Process prometheus = prometheus(facteur, port);
            try {
                for (Dashboard each : dashboards()) {
                    for (String expression : each.expressions()) {
                        await(each.file() + ": " + expression)
                                .atMost(PATIENCE)
                                .until(() -> results(port, expression) > 0);
                    }
                }
            } finally {
                prometheus.destroyForcibly().onExit().join();
            }
        }
    }

    /** Names that dashboards and rules of others may lean on. */
    private static final List<String> CONTRACT =
            List.of(
                    "facteur_queue_recipients{state=\"ready\"}",
                    "facteur_queue_recipients{state=\"sending\"}",
                    "facteur_queue_recipients{state=\"deferred\"}",
                    "facteur_queue_recipients{state=\"held\"}",
                    "facteur_queue_recipients{state=\"scheduled\"}",
                    "facteur_queue_oldest_seconds{state=\"ready\"}",
                    "facteur_queue_oldest_seconds{state=\"sending\"}",
                    "facteur_queue_oldest_seconds{state=\"deferred\"}",
                    "facteur_queue_oldest_seconds{state=\"held\"}",
                    "facteur_queue_oldest_seconds{state=\"scheduled\"}",
                    "facteur_delivery_attempts_total{outcome=\"delivered\"} 1.0",
                    "facteur_delivery_attempts_total{outcome=\"deferred\"}",
                    "facteur_delivery_attempts_total{outcome=\"soft\"}",
                    "facteur_delivery_attempts_total{outcome=\"hard\"} 1.0",
                    "facteur_delivery_attempts_total{outcome=\"failed\"}",
                    "facteur_delivery_seconds_bucket{le=\"",
                    "facteur_delivery_seconds_count 2",
                    "facteur_submission_accept_seconds_bucket{le=\"",
                    "facteur_submission_accept_seconds_count 2",
                    "facteur_paths{state=\"open\"}",
                    "facteur_paths{state=\"slowed\"}",
                    "facteur_paths{state=\"suspended\"}",
                    "facteur_paths{state=\"probing\"}",
                    "facteur_certificate_expiry_seconds{name=\"mail.sender.example\"}",
                    "facteur_build_info{",
                    "facteur_queue_failed_tasks_total 0.0");

    private Process prometheus(LabServer facteur, int port) throws Exception {
        Path config = directory.resolve("prometheus.yml");
        Files.writeString(
                config,
                """
                global: { scrape_interval: 1s }
                scrape_configs:
                  - job_name: facteur
                    authorization: { credentials_file: %s }
                    static_configs: [ { targets: ["127.0.0.1:%d"] } ]
                """
                        .formatted(
                                AdminAccounts.commandLineToken(
                                        facteur.server().settings().dataDir()),
                                facteur.server().adminAddress().getPort()));
        return new ProcessBuilder(
                        "prometheus",
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + directory.resolve("tsdb"),
                        "--web.listen-address=127.0.0.1:" + port,
                        "--log.level=warn")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("prometheus.log").toFile())
                .start();
    }

    /** What Grafana asks, with its variables filled in. */
    private static int results(int port, String expression) throws Exception {
        String asked = expression.replace("$__rate_interval", "10s").replace("$instance", ".*");
        URI uri =
                URI.create(
                        "http://127.0.0.1:"
                                + port
                                + "/api/v1/query?query="
                                + URLEncoder.encode(asked, StandardCharsets.UTF_8));
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer =
                    client.send(
                            HttpRequest.newBuilder(uri).build(),
                            HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() == 400) {
                throw new AssertionError(expression + ": " + answer.body());
            }
            return JsonMapper.shared().readTree(answer.body()).path("data").path("result").size();
        } catch (java.io.IOException e) {
            return 0; // it has not started yet
        }
    }
}
