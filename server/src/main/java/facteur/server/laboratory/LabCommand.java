package facteur.server.laboratory;

import facteur.config.Settings;
import facteur.config.unit.Endpoint;
import facteur.server.cli.ConfigOption;
import facteur.server.cli.StoreCommand;
import facteur.server.cli.UsageError;
import facteur.store.laboratory.Filling;
import facteur.testkit.Laboratory;
import facteur.testkit.LaboratoryOptions;
import facteur.testkit.dns.LoopbackDns;
import facteur.testkit.dns.Zone;
import facteur.testkit.dns.ZoneFile;
import facteur.testkit.smtp.CountingSink;
import facteur.testkit.smtp.LoadOptions;
import facteur.testkit.smtp.LoadReport;
import facteur.testkit.smtp.LoadSource;
import facteur.testkit.smtp.SinkOptions;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

/** {@code facteur lab}: the parts of the laboratory, each on its own. */
@Command(
        name = "lab",
        description = "Parts of a mail laboratory on loopback.",
        subcommands = {
            LabCommand.Sink.class,
            LabCommand.Load.class,
            LabCommand.Dns.class,
            LabCommand.Providers.class,
            LabCommand.Fill.class
        })
final class LabCommand {
    private static InetSocketAddress endpoint(String text) {
        return Endpoint.parse(text)
                .orElseThrow(
                        () ->
                                new UsageError(
                                        text
                                                + " is not an address with a port, such as"
                                                + " 127.0.0.1:2500"))
                .toSocketAddress();
    }

    /** Takes mail as fast as it comes, and counts it. */
    @Command(name = "sink", description = "Take mail, count it, throw it away.")
    static final class Sink implements Callable<Integer> {
        @Option(names = "--listen", defaultValue = "127.0.0.1:0", paramLabel = "ADDR:PORT")
        private String listen = "";

        @Option(names = "--latency-ms", defaultValue = "0", description = "wait before each reply")
        private long latencyMillis;

        @Spec private CommandSpec spec;

        @Override
        public Integer call() throws Exception {
            SinkOptions options =
                    SinkOptions.defaults()
                            .withListen(endpoint(listen))
                            .withLatency(Duration.ofMillis(latencyMillis));
            CountingSink sink = CountingSink.start(options);
            spec.commandLine().getOut().println("sink at " + sink.address());
            Runtime.getRuntime()
                    .addShutdownHook(
                            new Thread(() -> spec.commandLine().getOut().println(sink.counts())));
            new CountDownLatch(1).await();
            return 0;
        }
    }

    /** Submits mail. */
    @Command(name = "load", description = "Submit many messages and report the rate.")
    static final class Load implements Callable<Integer> {
        @Option(
                names = "--to",
                required = true,
                paramLabel = "ADDR:PORT",
                description = "the submission listener")
        private String server = "";

        @Option(names = "--messages", defaultValue = "1000")
        private int messages;

        @Option(names = "--connections", defaultValue = "20")
        private int connections;

        @Option(names = "--size", defaultValue = "4096", description = "octets of a message")
        private int size;

        @Option(names = "--user")
        private @Nullable String user;

        @Option(names = "--password")
        private @Nullable String password;

        @Option(names = "--campaign")
        private @Nullable String campaign;

        @Option(names = "--starttls")
        private boolean startTls;

        @Option(
                names = "--domains",
                defaultValue = "100",
                description = "recipients' domains: domain0.lab, domain1.lab, ...")
        private int domains;

        @Spec private CommandSpec spec;

        @Override
        public Integer call() throws Exception {
            var options =
                    LoadOptions.to(endpoint(server), messages, connections)
                            .size(size)
                            .recipients("user%d@domain%d.lab", domains, 1)
                            .startTls(startTls);
            if (user != null && password != null) {
                options.login(user, password);
            }
            if (campaign != null) {
                options.campaign(campaign);
            }
            LoadReport report = LoadSource.run(options.build());
            spec.commandLine().getOut().println(report);
            return 0;
        }
    }

    /** A whole outside world. */
    @Command(
            name = "providers",
            description =
                    "Fake providers that talk like real ones, and the DNS that leads to them.")
    static final class Providers implements Callable<Integer> {
        @Option(names = "--dns-port", defaultValue = "0", description = "default: any free one")
        private int dnsPort;

        @Option(
                names = "--smtp-port",
                defaultValue = "0",
                description = "of every provider; default: any free one")
        private int smtpPort;

        @Spec private CommandSpec spec;

        @Override
        public Integer call() throws Exception {
            Laboratory lab =
                    Laboratory.start(
                            LaboratoryOptions.defaults().withPorts(dnsPort, smtpPort),
                            InstantSource.system(),
                            taken ->
                                    spec.commandLine()
                                            .getOut()
                                            .println(
                                                    taken.mailFrom()
                                                            + " -> "
                                                            + taken.recipients()));
            PrintWriter out = spec.commandLine().getOut();
            out.println(
                    "# to send to "
                            + String.join(
                                    ", ",
                                    lab.providers().keySet().stream()
                                            .map(name -> name + ".lab")
                                            .toList()));
            out.println("dns: { servers: [\"127.0.0.1:" + lab.dns().address().getPort() + "\"] }");
            out.println(
                    "delivery: { port: "
                            + lab.smtpPort()
                            + ", allow_networks: [\"127.0.0.0/8\"] }");
            new CountDownLatch(1).await();
            return 0;
        }
    }

    /** Years of mail in some minutes. */
    @Command(
            name = "fill",
            description = {
                "Fill an empty data directory with campaigns of settled mail, to look at and to"
                        + " measure.",
                "Every row comes from the real folds; ten million recipients take 20 to 40 minutes"
                        + " and about 12 GiB."
            })
    static final class Fill implements Callable<Integer> {
        @Mixin private ConfigOption config;

        @Option(names = "--recipients", defaultValue = "1000000")
        private long recipients;

        @Option(names = "--campaigns", defaultValue = "200")
        private int campaigns;

        @Option(names = "--contacts", defaultValue = "100000")
        private int contacts;

        @Spec private CommandSpec spec;

        @Override
        public Integer call() throws IOException {
            Settings settings = config.settings();
            PrintWriter out = spec.commandLine().getOut();
            Filling.run(
                    StoreCommand.options(settings),
                    new Filling.Plan(recipients, campaigns, contacts, Instant.now()),
                    out::println);
            out.println(settings.dataDir() + " is filled; look at it with facteur serve");
            return 0;
        }
    }

    /** Answers for a zone. */
    @Command(name = "dns", description = "Serve a zone file.")
    static final class Dns implements Callable<Integer> {
        @Option(names = "--listen", defaultValue = "127.0.0.1:0", paramLabel = "ADDR:PORT")
        private String listen = "";

        @Option(names = "--zone", required = true, paramLabel = "FILE")
        private Path zone = Path.of("");

        @Spec private CommandSpec spec;

        @Override
        public Integer call() throws Exception {
            Zone read = ZoneFile.read(zone);
            LoopbackDns dns = LoopbackDns.start(read, endpoint(listen));
            spec.commandLine().getOut().println("dns at " + dns.address());
            new CountDownLatch(1).await();
            return 0;
        }
    }
}
