package facteur.server.cli;

import facteur.config.read.SettingsResult;
import facteur.mail.file.PrivateFiles;
import facteur.server.LostThreads;
import facteur.server.NativeLibraries;
import facteur.server.Preflight;
import facteur.server.Server;
import facteur.server.supervisor.Supervisor;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;

/** {@code facteur serve}: runs until it is told to stop. */
@Command(name = "serve", description = "Run the server.")
final class ServeCommand implements Callable<Integer> {
    private static final Logger log = LoggerFactory.getLogger(ServeCommand.class);

    @Mixin private ConfigOption config;
    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Thread.setDefaultUncaughtExceptionHandler(LostThreads.endingTheProcess());
        SettingsResult.Good settings = config.read();
        PrivateFiles.directory(settings.settings().dataDir());
        NativeLibraries.unpackBelow(settings.settings().dataDir());
        looked(settings);
        Server server =
                config.file().isPresent()
                        ? Server.start(
                                settings, config.file().get(), Server.Outside.ofThisProcess())
                        : Server.start(settings, Server.Outside.ofThisProcess());
        PrintWriter out = spec.commandLine().getOut();
        server.secrets().forEach(secret -> out.println("made at this first start: " + secret));
        server.submissionAddresses().forEach(address -> out.println("submission at " + address));
        out.println("tracker at http:/" + server.trackerAddress());
        out.println("admin at http:/" + server.adminAddress());
        out.println("ready");
        Supervisor supervisor = Supervisor.ofThisProcess();
        supervisor.ready();
        ReloadSignal.listen(
                () -> {
                    supervisor.reloading();
                    server.reload();
                    supervisor.ready();
                });
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    supervisor.stopping();
                                    server.close();
                                    stopped.countDown();
                                },
                                "shutdown"));
        stopped.await();
        return 0;
    }

    /** Every problem at once, before anything is made or listened at. */
    private void looked(SettingsResult.Good settings) {
        if (config.file().isEmpty()) {
            return;
        }
        Preflight.Findings found = Preflight.of(settings, config.file().get(), Instant.now());
        found.warnings().forEach(warning -> log.warn("{}", warning));
        if (!found.problems().isEmpty()) {
            throw new UsageError(
                    "the configuration has problems:\n"
                            + found.problems().stream()
                                    .map(Object::toString)
                                    .collect(Collectors.joining("\n")));
        }
    }
}
