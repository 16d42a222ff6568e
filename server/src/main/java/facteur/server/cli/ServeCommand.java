package facteur.server.cli;

import facteur.config.read.Reading;
import facteur.mail.file.PrivateFiles;
import facteur.server.NativeLibraries;
import facteur.server.Server;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

/** {@code facteur serve}: runs until it is told to stop. */
@Command(name = "serve", description = "Run the server.", mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
    @Mixin private ConfigOption config;
    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Reading.Good settings = config.read();
        PrivateFiles.directory(settings.settings().dataDir());
        NativeLibraries.unpackBelow(settings.settings().dataDir());
        Server server =
                config.file().isPresent()
                        ? Server.start(settings, config.file().get())
                        : Server.start(settings);
        HangUp.listen(server::reload);
        PrintWriter out = spec.commandLine().getOut();
        server.secrets().forEach(secret -> out.println("made at this first start: " + secret));
        server.submissionAddresses().forEach(address -> out.println("submission at " + address));
        out.println("tracker at http:/" + server.trackerAddress());
        out.println("admin at http:/" + server.adminAddress());
        out.println("ready");
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    server.close();
                                    stopped.countDown();
                                },
                                "shutdown"));
        stopped.await();
        return 0;
    }
}
