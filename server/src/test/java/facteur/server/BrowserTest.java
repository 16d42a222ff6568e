package facteur.server;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.config.Settings;
import facteur.mail.address.AddressParser;
import facteur.mail.event.DeliveryEvent;
import facteur.mail.event.Event;
import facteur.mail.event.OperatorEvent;
import facteur.mail.message.RecipientId;
import facteur.mail.outcome.BounceCategory;
import facteur.mail.outcome.BounceClass;
import facteur.mail.outcome.Disposition;
import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.Stage;
import facteur.mail.outcome.SuppressionCause;
import facteur.mail.outcome.SuppressionScope;
import facteur.mail.outcome.TlsFacts;
import facteur.mail.smtp.Reply;
import facteur.mail.status.Status;
import facteur.server.demo.Demo;
import facteur.store.journal.JournalEntry;
import facteur.store.query.Campaign;
import facteur.store.query.Queries;
import facteur.store.query.TallyKey;
import facteur.testkit.Laboratory;
import facteur.testkit.LaboratoryOptions;
import facteur.testkit.smtp.SmtpTalk;
import facteur.testkit.smtp.TakenMessage;
import facteur.testkit.web.DeliveredMail;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A real browser before the real server. What is seen is kept as pictures in {@code
 * target/screenshots}.
 */
class BrowserTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration MINUTES = Duration.ofMinutes(5);
    private static final Duration DAY = Duration.ofDays(1);
    private static final String ADMIN_PASSWORD = "a long password";

    @TempDir private Path directory;

    private static String play(String script, String... arguments) throws IOException {
        Peers.needed("/usr/bin/chromium");
        Path scripts = Path.of("src", "test", "browser").toAbsolutePath();
        List<String> command = new ArrayList<>(List.of("node", scripts.resolve(script).toString()));
        command.addAll(Arrays.asList(arguments));
        Peers.Ended ended = Peers.run(MINUTES, scripts, command);
        assertEquals(0, ended.status(), ended.output());
        System.out.print(ended.output());
        return ended.output();
    }

    private static String shots() throws IOException {
        return Files.createDirectories(Path.of("target", "screenshots"))
                .toAbsolutePath()
                .toString();
    }

    private static String ui(Server server) {
        return "http://127.0.0.1:" + server.adminAddress().getPort();
    }

    private static long showing(Server server, String campaign, Status status) {
        Queries views = server.store().views();
        return views.campaigns()
                .find(campaign)
                .map(known -> views.campaigns().sums(new TallyKey.Campaign(known.id())))
                .map(row -> row.showing(status, false))
                .orElse(0L);
    }

    @Test
    void the_whole_story_in_both_languages() throws Exception {
        try (LabServer facteur = LabServer.start(directory)) {
            Server server = facteur.server();
            WholePathTest.submit(
                    facteur,
                    "printemps",
                    "ok.chromium@gmail.lab",
                    "unknown.bert@outlook.lab",
                    "spam.carl@yahoo.lab",
                    "ok.eve@orange.lab",
                    "ok.fred@gmx.lab");
            TakenMessage takenMessage =
                    facteur.lab()
                            .provider("gmail")
                            .log()
                            .awaitFor("ok.chromium@gmail.lab", PATIENCE);
            await().atMost(PATIENCE)
                    .until(
                            () ->
                                    showing(server, "printemps", Status.HARD_BOUNCE) == 1
                                            && showing(server, "printemps", Status.SOFT_BOUNCE) == 1
                                            && showing(server, "printemps", Status.SENT) == 3);
            WholePathTest.submit(
                    facteur,
                    encoded("été"),
                    "unknown.bert@outlook.lab",
                    "greylist.dora@orange.lab");
            await().atMost(PATIENCE).until(() -> showing(server, "été", Status.ABANDONED) == 1);
            String told =
                    play("story.mjs", mail(takenMessage), ui(server), ADMIN_PASSWORD, shots());
            assertTrue(told.contains("story: done"), told);
        }
    }

    /** A file with the HTML of a mail, once it may be read. */
    private String mail(TakenMessage takenMessage) throws IOException {
        Path html = directory.resolve("mail.html");
        Files.writeString(html, DeliveredMail.parse(takenMessage.message()).html().orElseThrow());
        // Nobody reads within two seconds of the delivery: such a hit counts as a machine's.
        await().atMost(PATIENCE)
                .until(() -> Instant.now().isAfter(takenMessage.at().plusSeconds(3)));
        return html.toString();
    }

    @Test
    void opens_and_clicks_counted_without_names_show_on_the_campaign() throws Exception {
        try (LabServer facteur = LabServer.start(directory)) {
            WholePathTest.submitTracked(
                    facteur, "aggregate", "compte", "ok.chromium@gmail.lab", "ok.eve@orange.lab");
            TakenMessage takenMessage =
                    facteur.lab()
                            .provider("gmail")
                            .log()
                            .awaitFor("ok.chromium@gmail.lab", PATIENCE);
            Server server = facteur.server();
            await().atMost(PATIENCE).until(() -> showing(server, "compte", Status.SENT) == 2);
            String told =
                    play("counted.mjs", mail(takenMessage), ui(server), ADMIN_PASSWORD, shots());
            assertTrue(told.contains("counted: done"), told);
        }
    }

    @Test
    void a_campaign_of_days_is_drawn_in_the_words_and_numbers_of_its_reader() throws Exception {
        try (LabServer facteur = LabServer.start(directory)) {
            Server server = facteur.server();
            PastCampaign past = new PastCampaign(server.store());
            Instant from = Instant.now().minus(Duration.ofDays(55));
            past.write("weeks", 9000, from, Duration.ofDays(30), Duration.ofDays(21));
            past.write("days", 6000, from.plus(DAY), Duration.ofHours(20), Duration.ofDays(4));
            past.write("hours", 4000, from.plus(DAY), Duration.ofHours(5), Duration.ofHours(60));
            String told = play("course.mjs", ui(server), ADMIN_PASSWORD, shots());
            assertTrue(told.contains("course: done"), told);
        }
    }

    /** An agent that is taken for a person's. */
    private static final String AGENT = "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0";

    @Test
    void mail_that_waits_is_seen_leaving_and_rules_are_tried_on_what_was_answered()
            throws Exception {
        Files.writeString(
                directory.resolve("shaping.yaml"),
                "version: slow\ndefaults: { connections: 2, messages: 60/m }\n");
        try (Laboratory lab = Laboratory.start(LaboratoryOptions.defaults());
                Server server =
                        LabSettings.in(directory, lab)
                                .replace("  port: ", "  shaping: shaping.yaml\n  port: ")
                                .serve()) {
            submit(server, "ok.reader@orange.lab", "unknown.bert@outlook.lab");
            TakenMessage takenMessage =
                    lab.provider("orange").log().awaitFor("ok.reader@orange.lab", PATIENCE);
            submit(
                    server,
                    IntStream.range(0, 100)
                            .mapToObj(i -> "ok.n" + i + "@gmail.lab")
                            .toArray(String[]::new));
            await().atMost(PATIENCE)
                    .until(
                            () ->
                                    server.store()
                                                    .views()
                                                    .campaigns()
                                                    .sums(new TallyKey.Server())
                                                    .showing(Status.HARD_BOUNCE, false)
                                            == 1);
            await().atMost(PATIENCE)
                    .until(() -> Instant.now().isAfter(takenMessage.at().plusSeconds(3)));
            open(takenMessage);
            String told =
                    play(
                            "queue.mjs",
                            ui(server),
                            ADMIN_PASSWORD,
                            rules(
                                    "bounces.yaml",
                                    "category: bad_mailbox",
                                    "category: inactive_mailbox"),
                            rules(
                                    "robots.yaml",
                                    "agents:\n",
                                    "agents:\n"
                                            + "  - { id: own, audience: machine, words: [chrome]"
                                            + " }\n"),
                            shots());
            assertTrue(told.contains("queue and trial: done"), told);
        }
    }

    /** The shipped rules with one thing different. */
    private String rules(String name, String from, String to) throws IOException {
        try (InputStream in = Settings.class.getResourceAsStream(name)) {
            String shipped = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Files.writeString(directory.resolve(name), shipped.replace(from, to)).toString();
        }
    }

    /** Loads the pixel of a mail, as a person's mail program does. */
    private static void open(TakenMessage mail) throws Exception {
        String html = DeliveredMail.parse(mail.message()).html().orElseThrow();
        URI pixel = URI.create(html.replaceAll("(?s).*\"(http[^\"]*/o/[^\"]*)\".*", "$1"));
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(pixel).header("User-Agent", AGENT).build();
            assertEquals(
                    200, client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode());
        }
    }

    private static void submit(Server server, String... recipients) throws Exception {
        try (SmtpTalk talk = SmtpTalk.connect(server.submissionAddresses().getFirst())) {
            talk.greet("client.example");
            assertEquals(235, talk.login(LabServer.USER, LabServer.PASSWORD).code());
            for (String recipient : recipients) {
                String html =
                        "From: news@sender.example\r\nContent-Type: text/html\r\n\r\n<p>x</p>\r\n";
                assertEquals(250, talk.deliver("news@sender.example", recipient, html).code());
            }
        }
    }

    @Test
    void every_screen_is_sound_for_axe_in_light_and_dark_and_every_role_sees_what_it_may()
            throws Exception {
        StringWriter said = new StringWriter();
        try (Demo demo = new Demo(directory, 0, new PrintWriter(said, true))) {
            assertTrue(demo.play(Duration.ofMinutes(1)), said::toString);
            String ui = ui(demo.server());
            assertTrue(
                    play("gallery.mjs", ui, Demo.ADMIN_PASSWORD, shots())
                            .contains("gallery: done"));
            assertTrue(play("roles.mjs", ui, Demo.ADMIN_PASSWORD).contains("roles: done"));
        }
    }

    private static final String EVIL = "<img src=x onerror=window.hacked=1>";
    private static final String SCRIPT = "\"><script>window.hacked=1</script>\u202egnp.exe\u202c";
    private static final String CAMPAIGN = "=HYPERLINK(\"http://evil.example\")" + EVIL;

    @Test
    void what_pages_export_they_import_again() throws Exception {
        try (LabServer facteur = LabServer.start(directory)) {
            Server server = facteur.server();
            WholePathTest.submit(
                    facteur, "liste", "ok.a@gmail.lab", "ok.o'neill@gmail.lab", "ok.+c@gmail.lab");
            await().atMost(PATIENCE).until(() -> showing(server, "liste", Status.SENT) == 3);
            String told = play("csv.mjs", ui(server), ADMIN_PASSWORD);
            assertTrue(told.contains("csv: done"), told);
        }
    }

    @Test
    void a_message_that_is_hostile_everywhere_shows_harmlessly() throws Exception {
        try (LabServer facteur =
                LabServer.with(
                        directory,
                        "pools: [{ name: p, sources: [default], campaigns: ['%s', '%s'] }]"
                                .formatted(EVIL, SCRIPT))) {
            Server server = facteur.server();
            submitHostile(
                    facteur,
                    "=2+5@gmail.lab",
                    "\"<script>window.hacked=1</script>\"@gmail.lab",
                    "unknown.=cmd@outlook.lab",
                    "greylist.+1@orange.lab");
            await().atMost(PATIENCE)
                    .until(() -> showing(server, CAMPAIGN, Status.HARD_BOUNCE) == 1);
            Campaign campaign = server.store().views().campaigns().find(CAMPAIGN).orElseThrow();
            hostileReplies(server, campaign.id());
            String told =
                    play(
                            "hostile.mjs",
                            ui(server),
                            ADMIN_PASSWORD,
                            Long.toString(campaign.id()),
                            shots());
            assertTrue(told.contains("0 violations"), told);
        }
    }

    private static void hostileReplies(Server server, long campaign) throws Exception {
        RecipientId recipient =
                server.store()
                        .views()
                        .campaigns()
                        .recipients(campaign, false, List.of(Status.SENDING), Optional.empty(), 1)
                        .getFirst()
                        .id();
        Evidence evidence =
                new Evidence.Answered(
                        Stage.RCPT, Reply.of(550, "5.7.1 " + SCRIPT + EVIL + " =1+1\u2028\u0007"));
        List<Event> events =
                List.of(
                        new DeliveryEvent.Ruled(
                                recipient,
                                Instant.now(),
                                2,
                                new Disposition.SoftBounce(
                                        new BounceClass(BounceCategory.POLICY_BLOCK, EVIL),
                                        evidence),
                                Optional.of(
                                        new DeliveryEvent.Hop(
                                                EVIL,
                                                SCRIPT,
                                                "192.0.2.1",
                                                "a",
                                                Optional.of(TlsFacts.unproven(EVIL)),
                                                Duration.ofMillis(5)))),
                        new OperatorEvent.Suppressed(
                                AddressParser.ascii().address("=1+1@evil.example").orElseThrow(),
                                Instant.now(),
                                SCRIPT,
                                SuppressionCause.MANUAL,
                                new SuppressionScope.All(),
                                Optional.empty(),
                                "@SUM(1+1)" + EVIL));
        var positions =
                server.store()
                        .journal()
                        .append(
                                events.stream()
                                        .<JournalEntry>map(JournalEntry.Happened::new)
                                        .toList())
                        .join();
        server.store().awaitFolded(positions.getLast(), PATIENCE);
    }

    private static String encoded(String text) {
        return "=?UTF-8?B?"
                + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8))
                + "?=";
    }

    private static void submitHostile(LabServer facteur, String... recipients) throws Exception {
        String message =
                """
                From: %1$s <news@sender.example>
                To: you@one.example
                Subject: %2$s
                X-Campaign: %3$s
                X-Tag: %4$s
                X-Contact-Id: %4$s
                X-Evil-%4$s: %2$s
                MIME-Version: 1.0
                Content-Type: multipart/alternative; boundary=b

                --b
                Content-Type: text/plain; charset=utf-8

                </pre>%5$s=1+1
                --b
                Content-Type: text/html; charset=utf-8

                <html><head><base href="http://evil.example/"><meta http-equiv="refresh" content="0;url=http://evil.example/">
                <style>@import url(http://evil.example/x.css); body { background: url(http://evil.example/b.png) }</style></head>
                <body onload="top.hacked=1"><script>top.hacked=1;top.location='http://evil.example/'</script>
                <img src="http://evil.example/i.png" onerror="top.hacked=1"><img src=x onerror="parent.hacked=1">
                <form action="http://evil.example/"><input name=a autofocus onfocus="top.hacked=1"></form>
                <iframe src="http://evil.example/"></iframe><object data="http://evil.example/o"></object>
                <a href="javascript:top.hacked=1">a</a><a href="https://shop.example/%6$s">b</a>
                <svg onload="top.hacked=1"><use href="http://evil.example/s.svg#a"></use></svg></body></html>
                --b--
                .
                """
                        .formatted(
                                encoded(SCRIPT + EVIL),
                                encoded("=1+1|" + SCRIPT + EVIL + "\u202e\u2066\u200f"),
                                encoded(CAMPAIGN),
                                "evil",
                                EVIL,
                                "%3Cscript%3E")
                        .replace("\n", "\r\n");
        try (SmtpTalk talk = facteur.login()) {
            talk.ask("MAIL FROM:<news@sender.example>", 250);
            for (String recipient : recipients) {
                talk.ask("RCPT TO:<" + recipient + ">", 250);
            }
            talk.ask("DATA", 354);
            talk.sendRaw(message);
            talk.expect(250);
        }
    }
}
