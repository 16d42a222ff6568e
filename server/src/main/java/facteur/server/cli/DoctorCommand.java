package facteur.server.cli;

import facteur.admin.control.SetupCheck;
import facteur.admin.language.Words;
import facteur.config.AdminSettings.Language;
import facteur.config.Settings;
import facteur.config.descriptor.Descriptors;
import facteur.mail.address.Domain;
import facteur.mail.file.PrivateFiles;
import facteur.mta.routing.Resolver;
import facteur.mta.routing.dnsjava.DnsResolver;
import facteur.server.DescriptorNeeds;
import facteur.server.setup.DomainSetup;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * {@code facteur doctor}: looks at what commonly goes wrong, and says what to do about it. Exit 1
 * when anything is wrong.
 */
@Command(name = "doctor", description = "Look for what commonly goes wrong.")
final class DoctorCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int MOST_DOMAINS = 20;

    @Mixin private ConfigOption config;

    @Option(names = "--json", description = "an array of findings")
    private boolean json;

    @Spec private CommandSpec spec;

    /**
     * One thing that was looked at.
     *
     * @param advice what to do; empty when all is well
     */
    record Finding(String what, boolean good, String found, String advice) {}

    @Override
    public Integer call() throws IOException {
        Settings settings = config.settings();
        List<Finding> findings = new ArrayList<>();
        findings.add(dataDirectory(settings));
        findings.add(readableByOthers(settings));
        findings.add(ownedByOthers(settings));
        findings.add(descriptors(settings));
        findings.add(disk(settings));
        findings.add(running(settings));
        findings.add(dns(settings));
        findings.add(name(settings));
        findings.addAll(published(settings));
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(JsonLines.line(findings));
        } else {
            findings.forEach(
                    finding ->
                            out.println(
                                    (finding.good() ? "ok       " : "PROBLEM  ")
                                            + finding.what()
                                            + ": "
                                            + finding.found()
                                            + (finding.advice().isEmpty()
                                                    ? ""
                                                    : "\n         " + finding.advice())));
        }
        return findings.stream().allMatch(Finding::good) ? 0 : 1;
    }

    private static Finding dataDirectory(Settings settings) {
        Path directory = settings.dataDir();
        boolean good = Files.isDirectory(directory) && Files.isWritable(directory);
        return new Finding(
                "data directory",
                good,
                directory + (good ? " can be written" : " does not exist or cannot be written"),
                good
                        ? ""
                        : "start facteur serve once as the user that is to run it, or correct"
                                + " data_dir");
    }

    private static Finding readableByOthers(Settings settings) throws IOException {
        Path directory = settings.dataDir();
        List<Path> open = Files.isDirectory(directory) ? PrivateFiles.open(directory) : List.of();
        return new Finding(
                "privacy",
                open.isEmpty(),
                open.isEmpty()
                        ? "nobody but its owner can read what is in " + directory
                        : open.size()
                                + " files and directories can be used by other users, such as "
                                + open.getFirst(),
                open.isEmpty() ? "" : "the next start of the server closes them");
    }

    private static Finding ownedByOthers(Settings settings) throws IOException {
        Path directory = settings.dataDir();
        List<Path> foreign =
                Files.isDirectory(directory)
                        ? PrivateFiles.ownedByOthers(PrivateFiles.Owner.of(directory), directory)
                        : List.of();
        return new Finding(
                "owner",
                foreign.isEmpty(),
                foreign.isEmpty()
                        ? "everything in " + directory + " has one owner"
                        : PrivateFiles.whose(foreign.getFirst())
                                .orElse(foreign.getFirst().toString()),
                foreign.isEmpty()
                        ? ""
                        : "give it to the owner of the data directory: chown -R --reference="
                                + directory
                                + " "
                                + directory);
    }

    private static Finding descriptors(Settings settings) throws IOException {
        Optional<String> shortage =
                DescriptorNeeds.of(settings).shortage(Descriptors.ofThisProcess());
        return new Finding(
                "file descriptors",
                shortage.isEmpty(),
                shortage.orElse("the limit of this shell is enough for the settings"),
                "");
    }

    private static Finding disk(Settings settings) throws IOException {
        Path nearest = settings.dataDir().toAbsolutePath();
        while (!Files.exists(nearest) && nearest.getParent() != null) {
            nearest = nearest.getParent();
        }
        long free = Files.getFileStore(nearest).getUsableSpace();
        boolean good = free >= settings.store().minFreeSpace().bytes();
        return new Finding(
                "disk",
                good,
                (free >> 20) + " MiB free, " + settings.store().minFreeSpace() + " needed",
                good ? "" : "new messages are answered with 452 until there is room");
    }

    private static Finding running(Settings settings) {
        URI ready = URI.create("http://" + settings.admin().listen() + "/readyz");
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
            HttpResponse<String> answer =
                    client.send(
                            HttpRequest.newBuilder(ready).timeout(PATIENCE).build(),
                            HttpResponse.BodyHandlers.ofString());
            boolean good = answer.statusCode() == 200;
            return new Finding(
                    "server",
                    good,
                    answer.body().strip(),
                    good ? "" : "see the log of facteur serve");
        } catch (IOException e) {
            return new Finding(
                    "server", false, "nobody answers at " + ready, "start it with facteur serve");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Finding("server", false, "interrupted", "ask again");
        }
    }

    private static Finding dns(Settings settings) throws IOException {
        DnsResolver resolver = DnsResolver.of(settings);
        Resolver.Answer<Resolver.Mx> answer = resolver.mx("gmail.com").join();
        boolean good = answer instanceof Resolver.Answer.Found<Resolver.Mx>;
        return new Finding(
                "DNS",
                good,
                good
                        ? "the MX hosts of gmail.com were found"
                        : "the MX hosts of gmail.com were not found: " + answer,
                good ? "" : "no mail can be sent without a working resolver; see dns.servers");
    }

    private static Finding name(Settings settings) throws IOException {
        Resolver.Answer<InetAddress> answer =
                DnsResolver.of(settings).addresses(settings.hostname()).join();
        boolean good = answer instanceof Resolver.Answer.Found<InetAddress>;
        return new Finding(
                "hostname",
                good,
                settings.hostname() + (good ? " has an address" : " has no address in the DNS"),
                good
                        ? ""
                        : "receivers check that the name in EHLO exists and that the address of"
                                + " this host leads back to it");
    }

    /** As the page of deliverability shows it. */
    private static List<Finding> published(Settings settings) throws IOException {
        DomainSetup setup = new DomainSetup(settings, DnsResolver.of(settings));
        Instant now = Instant.now();
        List<SetupCheck.Finding> all = new ArrayList<>(setup.server(now));
        for (Domain domain : setup.signingDomains(MOST_DOMAINS)) {
            all.addAll(setup.domain(domain, now));
        }
        return all.stream().map(DoctorCommand::finding).toList();
    }

    private static Finding finding(SetupCheck.Finding finding) {
        String said =
                Words.of(Language.EN)
                        .say(
                                "check.reason." + finding.reason().key(),
                                finding.arguments().toArray());
        String found =
                finding.found().isEmpty() ? "" : " Found: " + finding.found().replace('\n', ' ');
        return new Finding(
                finding.what().name() + " " + finding.subject(),
                switch (finding.state()) {
                    case GOOD, WEAK -> true;
                    case MISSING, UNKNOWN -> false;
                },
                said + found,
                finding.publish());
    }
}
