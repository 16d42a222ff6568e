package facteur.server;

import facteur.config.read.SettingsResult;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** The server, in a process of its own, on a {@link KillingDisk}. */
final class DyingMain {
    private DyingMain() {}

    public static void main(String[] arguments) throws Exception {
        SettingsResult.Good settings = LabSettings.read(Path.of(arguments[0]));
        KillingDisk disk = new KillingDisk(arguments[1], Integer.parseInt(arguments[2]));
        Server server = Server.start(settings, disk);
        server.submissionAddresses()
                .forEach(address -> System.out.println("submission at " + address));
        System.out.println("ready");
        new CountDownLatch(1).await();
    }
}
