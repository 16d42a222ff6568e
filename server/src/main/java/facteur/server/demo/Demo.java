package facteur.server.demo;

import facteur.config.read.SettingsReader;
import facteur.config.read.SettingsResult;
import facteur.mail.address.AddressKey;
import facteur.mail.queue.WaitReason;
import facteur.mail.status.Status;
import facteur.mta.queue.QueueSnapshot;
import facteur.server.Server;
import facteur.store.query.Queries;
import facteur.store.query.RecipientState.Badge;
import facteur.store.query.TallyKey;
import facteur.testkit.Laboratory;
import facteur.testkit.LaboratoryOptions;
import facteur.testkit.smtp.SmtpTalk;
import facteur.testkit.smtp.TakenMessage;
import facteur.testkit.web.DeliveredMail;
import facteur.testkit.web.MailReader;
import facteur.testkit.web.ReaderSimulator;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Plays a day in a minute: a campaign to two hundred people at six providers, what the providers
 * say to it at once and later (bounces, complaints), people and robots that open and click, and a
 * second campaign in which nobody is sent to who bounced in the first.
 */
public final class Demo implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Demo.class);
    private static final String USER = "demo";
    private static final String PASSWORD = "demo-submission";
    private static final List<MailReader> READERS =
            List.of(
                    MailReader.PERSON_AT_GMAIL,
                    MailReader.PERSON_ONLY_OPENING,
                    MailReader.PERSON,
                    MailReader.APPLE_PRIVACY,
                    MailReader.PERSON_ONLY_OPENING,
                    MailReader.LINK_SCANNER,
                    MailReader.PERSON_AT_YAHOO,
                    MailReader.PERSON_WITHOUT_IMAGES,
                    MailReader.SCRIPT);

    private static final Map<Badge, String> RETURNS =
            new EnumMap<>(
                    Map.of(
                            Badge.LATE_BOUNCE, "late bounces",
                            Badge.COMPLAINED, "complaints",
                            Badge.AUTO_REPLIED, "automatic replies"));

    private final PrintWriter out;
    private final Laboratory lab;
    private final Server server;
    private final ReaderSimulator readers;
    // What is delivered while the demonstration ends is read by nobody.
    private final ScheduledExecutorService time =
            new ScheduledThreadPoolExecutor(
                    2,
                    Thread.ofPlatform().daemon().name("readers-", 0).factory(),
                    new ThreadPoolExecutor.DiscardPolicy());
    private final Set<String> paused = new TreeSet<>();
    private final Map<String, Boolean> read = new ConcurrentHashMap<>();

    /**
     * @param adminPort of the UI; 0 for any that is free
     */
    public Demo(Path directory, int adminPort, PrintWriter out) throws IOException {
        this.out = out;
        int trackerPort = freePort();
        URI base = URI.create("http://127.0.0.1:" + trackerPort);
        this.readers = new ReaderSimulator(base, base);
        out.println(
                "Facteur demo: a server and six fake providers, all on loopback; data in "
                        + directory);
        int feedbackPort = freePort();
        InetSocketAddress feedback =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), feedbackPort);
        this.lab =
                Laboratory.start(
                        LaboratoryOptions.defaults().withFeedback(feedback, Duration.ofSeconds(3)),
                        InstantSource.system(),
                        this::delivered);
        this.server = Server.start(settings(directory, trackerPort, adminPort, feedbackPort));
    }

    private SettingsResult.Good settings(
            Path directory, int trackerPort, int adminPort, int feedbackPort) throws IOException {
        Path file = directory.resolve("facteur.yaml");
        Files.deleteIfExists(file);
        Files.createFile(
                file,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(
                file,
                """
                hostname: mail.boutique.example
                data_dir: %s
                submission: { listeners: [{ address: "127.0.0.1:0", tls: starttls }] }
                credentials: [{ user: %s, password: %s, campaigns: any }]
                dns: { servers: ["127.0.0.1:%d"] }
                delivery: { port: %d, allow_networks: ["127.0.0.0/8"], retry: [3s, 6s, 15s], max_age: 100s }
                tracking: { base_url: "http://127.0.0.1:%d", mode: full }
                tracker: { listen: "127.0.0.1:%d" }
                admin: { listen: "127.0.0.1:%d", initial_password: %s }
                feedback: { return_path_domain: retour.boutique.example, listen: "127.0.0.1:%d" }
                """
                        .formatted(
                                directory.resolve("data"),
                                USER,
                                PASSWORD,
                                lab.dns().address().getPort(),
                                lab.smtpPort(),
                                trackerPort,
                                trackerPort,
                                adminPort,
                                ADMIN_PASSWORD,
                                feedbackPort));
        return switch (SettingsReader.ofThisProcess().read(file)) {
            case SettingsResult.Good good -> good;
            case SettingsResult.Bad(var problems) ->
                    throw new IllegalStateException("the settings of the demo: " + problems);
        };
    }

    /**
     * Of the user {@code admin} in the demonstration; it guards nothing but made-up mail on
     * loopback.
     */
    public static final String ADMIN_PASSWORD = "facteur-demo";

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    public Server server() {
        return server;
    }

    /** Sends both campaigns and returns when every status has been seen, or the time is over. */
    public boolean play(Duration atMost) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        List<String> recipients = Cast.recipients();
        send("Collection de printemps", "La collection de printemps est là", recipients);
        out.println(
                "sent the campaign \"Collection de printemps\": "
                        + recipients.size()
                        + " messages over SMTP with AUTH and STARTTLS");
        awaitProgress("Collection de printemps", deadline, Status.HARD_BOUNCE, Status.SENT);
        out.println("came back from the providers for mail that they took first: " + cameBack());
        send("Soldes d’été", "Les soldes d’été commencent", recipients.subList(0, 120));
        out.println(
                "sent the campaign \"Soldes d’été\": 120 messages; whoever bounced in the first, or"
                        + " complained, is abandoned");
        return awaitAll(deadline);
    }

    private void awaitProgress(String campaign, long deadline, Status... wanted)
            throws InterruptedException {
        while (System.nanoTime() < deadline
                && (!hasCome()
                        || Arrays.stream(wanted)
                                .anyMatch(status -> showing(campaign, status) == 0))) {
            tellPauses();
            Thread.sleep(500);
        }
    }

    private boolean awaitAll(long deadline) throws InterruptedException {
        String last = "";
        while (System.nanoTime() < deadline) {
            tellPauses();
            String line = summary();
            if (!line.equals(last)) {
                out.println(line);
                last = line;
            }
            if (Arrays.stream(Status.values()).allMatch(status -> total(status) > 0)) {
                return true;
            }
            Thread.sleep(1000);
        }
        return false;
    }

    /** Whose provider asked for a pause is shown on the queue page, which is told once. */
    private void tellPauses() {
        for (QueueSnapshot.Destination each : server.queue().paths().join().destinations()) {
            if (each.reason().orElse(null) instanceof WaitReason.Suspended(var cause, _)
                    && paused.add(each.site())) {
                out.println(
                        each.site()
                                + " wants no mail for a while (the queue page says until when): "
                                + cause);
            }
        }
    }

    /** The sites that wanted no mail for a while. */
    public Set<String> paused() {
        return Set.copyOf(paused);
    }

    private boolean hasCome() {
        return RETURNS.keySet().stream().allMatch(badge -> count(badge) > 0);
    }

    private String cameBack() {
        return RETURNS.entrySet().stream()
                .map(each -> each.getValue() + " " + count(each.getKey()))
                .collect(Collectors.joining(", "));
    }

    /** Recipients of the first campaign with a badge. */
    public long count(Badge badge) {
        Queries views = server.store().views();
        return Cast.recipients().stream()
                .flatMap(address -> views.contacts().find(new AddressKey(address)).stream())
                .flatMap(
                        contact ->
                                views
                                        .contacts()
                                        .messages(contact.id(), Optional.empty(), 2)
                                        .stream())
                .filter(recipient -> recipient.state().badges().contains(badge))
                .count();
    }

    private String summary() {
        List<String> parts = new ArrayList<>();
        for (Status status : Status.values()) {
            parts.add(status.key() + " " + total(status));
        }
        return String.join(", ", parts);
    }

    private long total(Status status) {
        return server.store()
                .views()
                .campaigns()
                .sums(new TallyKey.Server())
                .showing(status, false);
    }

    private long showing(String campaign, Status status) {
        return server.store()
                .views()
                .campaigns()
                .find(campaign)
                .map(
                        found ->
                                server.store()
                                        .views()
                                        .campaigns()
                                        .sums(new TallyKey.Campaign(found.id())))
                .map(sums -> sums.showing(status, false))
                .orElse(0L);
    }

    private void send(String campaign, String subject, List<String> recipients) throws IOException {
        try (SmtpTalk talk = SmtpTalk.connect(server.submissionAddresses().getFirst())) {
            talk.greet("app.boutique.example");
            talk.startTls();
            talk.ask("EHLO app.boutique.example", 250);
            talk.ask(
                    "AUTH PLAIN "
                            + Base64.getEncoder()
                                    .encodeToString(
                                            ("\0" + USER + "\0" + PASSWORD)
                                                    .getBytes(StandardCharsets.UTF_8)),
                    235);
            for (String recipient : recipients) {
                talk.ask("MAIL FROM:<news@boutique.example> BODY=8BITMIME", 250);
                talk.ask("RCPT TO:<" + recipient + ">", 250);
                talk.ask("DATA", 354);
                talk.sendMessage(
                        Letters.letter(
                                "=?UTF-8?B?"
                                        + Base64.getEncoder()
                                                .encodeToString(
                                                        campaign.getBytes(StandardCharsets.UTF_8))
                                        + "?=",
                                subject,
                                recipient));
                talk.expect(250);
            }
            talk.ask("QUIT", 221);
        }
    }

    /** A message has come in at a provider: its reader looks at it some seconds later, or never. */
    private void delivered(TakenMessage takenMessage) {
        String recipient = takenMessage.recipients().getFirst();
        int chance =
                Math.floorMod(
                        (recipient + takenMessage.header("Subject").orElse("")).hashCode(), 100);
        if (chance >= 62
                || read.putIfAbsent(recipient + takenMessage.header("Message-ID").orElse(""), true)
                        != null) {
            return;
        }
        MailReader mailReader = READERS.get(chance % READERS.size());
        time.schedule(
                () -> look(takenMessage, mailReader), 2500 + chance * 200L, TimeUnit.MILLISECONDS);
    }

    private void look(TakenMessage takenMessage, MailReader mailReader) {
        try {
            readers.play(DeliveredMail.parse(takenMessage.message()), mailReader);
        } catch (IOException | RuntimeException e) {
            // One reader less in a demonstration.
            log.debug("play {}: {}", mailReader, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        time.shutdownNow();
        server.close();
        lab.close();
    }
}
