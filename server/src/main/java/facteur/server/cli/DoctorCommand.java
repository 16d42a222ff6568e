package facteur.server.cli;

import facteur.admin.control.SetupCheck;
import facteur.admin.language.Words;
import facteur.config.AdminSettings.Language;
import facteur.config.Settings;
import facteur.mail.address.Domain;
import facteur.mta.routing.dnsjava.DnsResolver;
import facteur.server.setup.DomainSetup;
import facteur.server.setup.MachineCheck;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
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
import java.util.concurrent.Callable;

/**
 * {@code facteur doctor}: looks at what commonly goes wrong, and says what to do about it. Exit 1
 * when anything is wrong, 3 when nothing is as far as could be looked.
 */
@Command(
        name = "doctor",
        description = "Look for what commonly goes wrong.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:nothing is wrong",
            "1:something is wrong",
            "2:wrong use, or a configuration with a problem",
            "3:nothing is wrong as far as could be looked"
        })
final class DoctorCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int MOST_DOMAINS = 20;

    private static final int WRONG = 1;
    // 2 is a wrong use, or a configuration with a problem.
    private static final int NOT_KNOWN = 3;

    @Mixin private ConfigOption config;

    @Option(names = "--json", description = "an array of findings")
    private boolean json;

    @Spec private CommandSpec spec;

    /**
     * One thing that was looked at.
     *
     * @param advice what to do; empty when all is well
     */
    record Finding(String what, boolean good, SetupCheck.State state, String found, String advice) {
        Finding(String what, SetupCheck.State state, String found, String advice) {
            this(what, state != SetupCheck.State.MISSING, state, found, advice);
        }

        Finding(String what, boolean good, String found, String advice) {
            this(what, good ? SetupCheck.State.GOOD : SetupCheck.State.MISSING, found, advice);
        }

        /** Nine characters wide. */
        String mark() {
            return switch (state) {
                case GOOD -> "ok       ";
                case WEAK -> "weak     ";
                case UNKNOWN -> "unknown  ";
                case MISSING -> "PROBLEM  ";
            };
        }
    }

    @Override
    public Integer call() throws IOException {
        Settings settings = config.settings();
        List<Finding> findings = new ArrayList<>();
        findings.add(dataDirectory(settings));
        new MachineCheck(settings)
                .findings().stream().map(DoctorCommand::finding).forEach(findings::add);
        findings.add(running(settings));
        findings.addAll(published(settings));
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(JsonLines.line(findings));
        } else {
            findings.forEach(
                    finding ->
                            out.println(
                                    finding.mark()
                                            + finding.what()
                                            + ": "
                                            + finding.found()
                                            + (finding.advice().isEmpty()
                                                    ? ""
                                                    : "\n         " + finding.advice())));
        }
        return status(findings);
    }

    /** A weakness is none: it is what operators choose, or cannot change. */
    private static int status(List<Finding> findings) {
        if (!findings.stream().allMatch(Finding::good)) {
            return WRONG;
        }
        boolean unknown = findings.stream().anyMatch(f -> f.state() == SetupCheck.State.UNKNOWN);
        return unknown ? NOT_KNOWN : 0;
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
                finding.state(),
                said + found,
                finding.publish());
    }
}
