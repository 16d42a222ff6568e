package facteur.server;

import facteur.admin.control.EffectiveSettings;
import facteur.admin.control.Reload;
import facteur.config.CredentialSettings;
import facteur.config.RetentionSettings;
import facteur.config.Settings;
import facteur.config.descriptor.Descriptors;
import facteur.config.read.SettingsReader;
import facteur.config.read.SettingsResult;
import facteur.message.dkim.DkimSigner;
import facteur.message.html.LinkRules;
import facteur.mta.feedback.BounceSpikeWatch;
import facteur.mta.queue.Queue;
import facteur.mta.smtpd.netty.SmtpListener;
import facteur.mta.submission.Submission;
import facteur.server.maillog.MailLog;
import facteur.server.maillog.RefusalSums;
import facteur.server.setup.DescriptorNeeds;
import facteur.store.Retention;
import facteur.store.Store;
import facteur.store.journal.FileOpener;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One running Facteur. Parts are started in the order in which they lean on each other, and closed
 * in the reverse.
 */
public final class Server implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Server.class);

    private final InstantSource clock = InstantSource.system();
    private final PartStack parts = new PartStack();
    private final List<String> secrets = new ArrayList<>();
    private final ActiveConfiguration configuration;
    private final Reload reload;
    private final FirstStart first;
    private final Store store;
    private final MtaPart mta;
    private final TrackerPart tracker;
    private final Optional<SmtpListener> feedback;
    private final AdminPart admin;

    private Server(
            SettingsResult.Good read,
            Supplier<SettingsResult> file,
            Function<SettingsResult.Good, Preflight.Findings> look,
            Outside outside)
            throws IOException {
        Settings settings = read.settings();
        this.configuration = new ActiveConfiguration(read);
        this.reload = new Reloading(file, this::settings, look, this::swap);
        Logging.apply(settings.logging());
        try {
            this.first = new FirstStart(settings.dataDir());
            DescriptorNeeds.of(settings).shortage(Descriptors.ofThisProcess()).ifPresent(log::warn);
            // Closed last: what the store completes is answered on them.
            MailLoops loops = parts.add(new MailLoops());
            Foundation foundation = foundation(outside);
            this.store = foundation.store();
            MailLog mailLog = parts.add(mailLog(foundation, outside));
            this.mta = MtaPart.open(foundation, loops);
            // A message can be taken from here on; everything below needs seconds, and no client
            // that hands one in needs it.
            mta.complete();
            this.tracker = new TrackerPart(foundation);
            BounceSpikeWatch spikes = parts.add(mta.newSpikeWatch());
            this.feedback = mta.openFeedback();
            this.admin = new AdminPart(foundation, mta, tracker, spikes, mailLog, reload);
            mta.queue().start();
            mta.openSpool();
            store.keep(this::retention, clock);
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private Foundation foundation(Outside outside) throws IOException {
        Settings settings = settings();
        Store opened =
                parts.add(
                        Store.open(
                                new Store.Options(
                                        settings.dataDir(),
                                        Math.toIntExact(settings.store().segmentSize().bytes()),
                                        outside.disk())));
        return new Foundation(
                configuration,
                first,
                opened,
                new TokenKeys(settings.dataDir().resolve("keys"), first.keyring(clock), clock),
                new DiskWatch(
                        settings.dataDir(),
                        settings.store().minFreeSpace().bytes(),
                        settings.store().minFreeInodes()),
                new RefusalSums(),
                parts,
                secrets::add,
                clock);
    }

    private static MailLog mailLog(Foundation on, Outside outside) {
        return new MailLog(
                on.store(),
                on.settings().dataDir(),
                () -> on.settings().logging(),
                outside.standardOutput(),
                on.refusals(),
                on.clock());
    }

    /**
     * Starts everything; when this returns, it runs.
     *
     * @throws IOException when an address is taken or the data directory cannot be used; it says
     *     which
     */
    public static Server start(SettingsResult.Good settings) throws IOException {
        return start(settings, Outside.NOBODY);
    }

    /** The same on a disk of the caller's making. */
    static Server start(SettingsResult.Good settings, FileOpener disk) throws IOException {
        return start(settings, new Outside(disk, OutputStream.nullOutputStream()));
    }

    /** The same, with a reader of its standard output. */
    public static Server start(SettingsResult.Good settings, Outside outside) throws IOException {
        return new Server(
                settings,
                () -> settings,
                _ -> new Preflight.Findings(List.of(), List.of()), // it names no file
                outside);
    }

    /** The same, with settings that a reload reads again. */
    public static Server start(SettingsResult.Good settings, Path file) throws IOException {
        return start(settings, file, Outside.NOBODY);
    }

    /** The same, with a reader of its standard output. */
    public static Server start(SettingsResult.Good settings, Path file, Outside outside)
            throws IOException {
        return new Server(
                settings,
                () -> SettingsReader.ofThisProcess().read(file),
                read -> Preflight.of(read, file, Instant.now()),
                outside);
    }

    /**
     * What a server meets of the machine.
     *
     * @param standardOutput where the mail log goes with {@code logging.mail: stdout}
     */
    public record Outside(FileOpener disk, OutputStream standardOutput) {
        /** Within a program that has a use of its own for its standard output. */
        static final Outside NOBODY =
                new Outside(FileOpener.real(), OutputStream.nullOutputStream());

        /** A process that is the server. */
        public static Outside ofThisProcess() {
            // Not System.out: who waits there for a reader would keep all others from printing.
            return new Outside(FileOpener.real(), new FileOutputStream(FileDescriptor.out));
        }
    }

    /** Nothing of it is in force before all of it can be. */
    private void swap(SettingsResult.Good said) {
        // Everything that is open stands below the directory of the start, until the next one.
        SettingsResult.Good read = said.in(settings().dataDir());
        Settings next = read.settings();
        Runnable activate = configuration.prepared(read);
        List<CredentialSettings> credentials;
        try {
            credentials = first.credentials(next).known();
        } catch (IOException e) {
            throw new UncheckedIOException("read the credentials: " + e.getMessage(), e);
        }
        tracker.configure(next);
        activate.run();
        mta.credentials().configure(credentials);
        Logging.apply(next.logging());
    }

    /** Reads the configuration file again. */
    public Reload.Outcome reload() {
        return reload.reload();
    }

    /** Which links are rewritten. */
    public static LinkRules linkRules(Settings settings) {
        return ActiveConfiguration.linkRulesOf(settings);
    }

    /** The signer of the configured keys, and of those made in the data directory. */
    public static DkimSigner signer(Settings settings) {
        return ActiveConfiguration.signerOf(settings);
    }

    private Retention retention() {
        RetentionSettings kept = settings().retention();
        return new Retention(
                kept.bodies(), kept.bodiesSize().bytes(), kept.timelines(), kept.history());
    }

    /** Those in force. */
    public Settings settings() {
        return configuration.settings();
    }

    /** The same as a list, with what waits for a restart. */
    EffectiveSettings inForce() {
        return configuration.listed();
    }

    public Store store() {
        return store;
    }

    public Queue queue() {
        return mta.queue();
    }

    public Submission submission() {
        return mta.submission();
    }

    /** Where mail can be handed in, in the order of the settings. */
    public List<InetSocketAddress> submissionAddresses() {
        return mta.addresses();
    }

    /** Where returned mail comes to; empty when no return-path is configured. */
    public Optional<InetSocketAddress> feedbackAddress() {
        return feedback.map(SmtpListener::address);
    }

    /** Where the UI is. */
    public InetSocketAddress adminAddress() {
        return admin.address();
    }

    /** Where readers come to in the clear. */
    public InetSocketAddress trackerAddress() {
        return trackerAddresses().getFirst();
    }

    /** Where readers come to, in the order of the settings: {@code listen}, then the listeners. */
    public List<InetSocketAddress> trackerAddresses() {
        return tracker.addresses();
    }

    /** What was made at this start and must be told once. */
    public List<String> secrets() {
        return List.copyOf(secrets);
    }

    @Override
    public void close() {
        parts.close();
    }
}
