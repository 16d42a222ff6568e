package facteur.server.cli;

import facteur.config.Settings;
import facteur.config.icu.IcuDomains;
import facteur.config.read.ServerLocation;
import facteur.mail.address.AddressParser;
import facteur.mail.address.Domain;
import facteur.mail.file.PrivateFiles;
import facteur.message.dkim.DkimAlgorithm;
import facteur.message.dkim.DkimKey;
import facteur.mta.routing.Resolver;
import facteur.mta.routing.dnsjava.DnsResolver;
import facteur.server.key.DkimKeyFiles;
import facteur.server.setup.DomainSetup;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * {@code facteur key dkim}: keys for signing, made in the data directory. A key is made, its record
 * is published, {@code dns} sees the record, and from then on it signs; so rotation is the same
 * again with the next key.
 */
@Command(
        name = "dkim",
        description = "Keys that sign mail.",
        subcommands = {
            DkimCommand.Create.class,
            DkimCommand.Rotate.class,
            DkimCommand.Dns.class,
            DkimCommand.Known.class
        })
final class DkimCommand {
    private static final Logger log = LoggerFactory.getLogger(DkimCommand.class);

    /** Which keys to make. */
    enum Algorithms {
        RSA,
        ED25519,
        BOTH;

        List<DkimAlgorithm> list() {
            return switch (this) {
                case RSA -> List.of(DkimAlgorithm.RSA);
                case ED25519 -> List.of(DkimAlgorithm.ED25519);
                case BOTH -> List.of(DkimAlgorithm.RSA, DkimAlgorithm.ED25519);
            };
        }
    }

    /**
     * A key, for output.
     *
     * @param state {@code signs}, {@code published} or {@code waits}
     */
    record Shape(
            String domain,
            String selector,
            String algorithm,
            String state,
            String name,
            String record) {
        static Shape of(DkimKey key, String state) {
            return new Shape(
                    key.domain().name(),
                    key.selector(),
                    key.algorithm().tag(),
                    state,
                    key.dnsName(),
                    key.dnsRecord());
        }
    }

    /** What the commands have in common. */
    abstract static class Common implements Callable<Integer> {
        @Mixin ConfigOption config;

        @Option(names = "--json", description = "JSON")
        boolean json;

        @Spec CommandSpec spec;

        PrintWriter out() {
            return spec.commandLine().getOut();
        }

        DkimKeyFiles files(Settings settings) {
            return new DkimKeyFiles(settings.dataDir());
        }

        static Domain domain(String text) {
            return new AddressParser(new IcuDomains())
                    .domainName(text)
                    .orElseThrow(() -> new UsageError(text + " is no domain"));
        }

        void print(List<Shape> keys) {
            if (json) {
                out().println(JsonLines.line(keys));
                return;
            }
            for (Shape key : keys) {
                out().println(key.name() + "  " + key.algorithm() + "  " + key.state());
            }
        }

        void print(DkimKey key) {
            out().println("publish this, then ask facteur key dkim dns " + key.domain() + ":");
            out().println(DomainSetup.txt(key.dnsName(), key.dnsRecord()));
        }
    }

    /** Makes the first keys of a domain, or further ones under a selector of one's own. */
    @Command(name = "create", description = "Make keys for a domain, and print what to publish.")
    static class Create extends Common {
        @Parameters(paramLabel = "DOMAIN")
        private String domain = "";

        @Option(
                names = "--selector",
                defaultValue = "",
                description = "default: one with the date; with one of your own, one algorithm")
        private String selector = "";

        @Option(
                names = "--algorithm",
                defaultValue = "BOTH",
                description =
                        "rsa, ed25519 or both (default): receivers that know both take either")
        private Algorithms algorithm = Algorithms.BOTH;

        @Override
        public Integer call() throws IOException {
            if (!selector.isEmpty() && algorithm == Algorithms.BOTH) {
                throw new UsageError(
                        "one selector names one key: give --algorithm rsa or --algorithm ed25519");
            }
            PrivateFiles.Owner owner = PrivateFiles.Owner.of(config.settings().dataDir());
            List<DkimKey> made = new ArrayList<>();
            for (DkimAlgorithm each : algorithm.list()) {
                made.add(
                        files(config.settings())
                                .create(
                                        domain(domain),
                                        Optional.of(selector).filter(text -> !text.isEmpty()),
                                        each,
                                        Instant.now()));
            }
            // What root made here, the server could not open.
            var _ = PrivateFiles.giveTo(owner, config.settings().dataDir());
            if (json) {
                print(made.stream().map(key -> Shape.of(key, "waits")).toList());
            } else {
                made.forEach(this::print);
            }
            return 0;
        }
    }

    /** Makes the next keys of a domain. */
    @Command(
            name = "rotate",
            description =
                    "Make the next keys for a domain. Those before go on signing until the new"
                            + " records are seen; leave the old records for a week after that.")
    static final class Rotate extends Create {}

    /** Looks whether records are published, and lets their keys sign. */
    @Command(
            name = "dns",
            description =
                    "Print the records of a domain and look whether they are published; a key whose"
                            + " record is seen signs from then on. Exit 1 when one is missing.")
    static final class Dns extends Common {
        @Parameters(paramLabel = "DOMAIN")
        private String domain = "";

        @Override
        public Integer call() throws IOException {
            Settings settings = config.settings();
            Domain wanted = domain(domain);
            DkimKeyFiles files = files(settings);
            List<DkimKeyFiles.Entry> entries =
                    files.entries().stream()
                            .filter(entry -> entry.key().domain().equals(wanted))
                            .toList();
            if (entries.isEmpty()) {
                throw new UsageError(
                        "no key of "
                                + wanted
                                + " was made here; facteur key dkim create "
                                + wanted);
            }
            DnsResolver resolver = DnsResolver.of(settings);
            List<Shape> shapes = new ArrayList<>();
            boolean news = false;
            for (DkimKeyFiles.Entry entry : entries) {
                boolean published = isPublished(resolver, entry.key());
                if (published && entry.seen().isEmpty()) {
                    files.seen(entry.key(), Instant.now());
                    news = true;
                }
                shapes.add(Shape.of(entry.key(), published ? "published" : "missing"));
                if (!published && !json) {
                    print(entry.key());
                }
            }
            print(shapes);
            if (news) {
                reload(settings);
            }
            return shapes.stream().allMatch(shape -> shape.state().equals("published")) ? 0 : 1;
        }

        private void reload(Settings settings) {
            try {
                ApiClient.of(ServerLocation.of(settings)).post("/reload", Map.of());
            } catch (IOException | UsageError e) {
                // The keys are on disk: whatever runs next signs with them.
                log.info("the running server was not told: {}", e.getMessage());
                spec.commandLine()
                        .getErr()
                        .println(
                                "no server was told; it signs with the new keys from its next start"
                                        + " or reload");
            }
        }

        private static boolean isPublished(DnsResolver resolver, DkimKey key) {
            return switch (resolver.texts(key.dnsName()).join()) {
                case Resolver.Answer.Found<String>(var texts, var _) ->
                        texts.stream().anyMatch(key::isPublishedBy);
                case Resolver.Answer.NoData<String> _,
                        Resolver.Answer.NoSuchName<String> _,
                        Resolver.Answer.Failed<String> _,
                        Resolver.Answer.Silent<String> _ ->
                        false;
            };
        }
    }

    /** Every key, and what it does. */
    @Command(name = "list", description = "Every key, whether it signs, and its record.")
    static final class Known extends Common {
        @Override
        public Integer call() throws IOException {
            Settings settings = config.settings();
            DkimKeyFiles files = files(settings);
            List<String> signing =
                    files.signing(settings.dkim()).stream().map(DkimKey::dnsName).toList();
            List<Shape> shapes = new ArrayList<>();
            for (DkimKey key : files.signing(settings.dkim())) {
                shapes.add(Shape.of(key, "signs"));
            }
            for (DkimKeyFiles.Entry entry : files.entries()) {
                if (!signing.contains(entry.key().dnsName())) {
                    shapes.add(
                            Shape.of(
                                    entry.key(), entry.seen().isPresent() ? "published" : "waits"));
                }
            }
            print(shapes);
            return 0;
        }
    }
}
