package facteur.server.setup;

import facteur.admin.control.SetupCheck.Finding;
import facteur.admin.control.SetupCheck.Reason;
import facteur.admin.control.SetupCheck.What;
import facteur.config.Settings;
import facteur.config.descriptor.Descriptors;
import facteur.mail.file.FailureSentence;
import facteur.mail.file.PrivateFiles;
import facteur.store.Store;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Looks at the machine: files, limits, clock, disk and memory. Waits for the disk. */
public final class MachineCheck {
    /** A disk that keeps its promises in a data centre needs less; mail goes on, slowly. */
    static final long SLOW_SYNC_MICROS = 30_000;

    /** What a small server with its page cache needs beside its heap. */
    static final long LITTLE_MEMORY = 900L << 20;

    private static final int SYNCS = 15;
    private static final int BLOCK = 4096;

    private final Settings settings;

    public MachineCheck(Settings settings) {
        this.settings = settings;
    }

    public List<Finding> findings() {
        List<Finding> all = new ArrayList<>();
        Path directory = settings.dataDir();
        try {
            all.add(files(directory));
            store(directory).ifPresent(all::add);
            all.add(limits());
            all.add(room(directory));
            sync(directory).ifPresent(all::add);
        } catch (IOException e) {
            all.add(
                    finding(
                            What.FILES,
                            directory.toString(),
                            Reason.FILES_UNREADABLE,
                            FailureSentence.of(e)));
        }
        KernelClock.state().ifPresent(state -> all.add(clock(state)));
        all.add(memory());
        return all;
    }

    private static Finding files(Path directory) throws IOException {
        String where = directory.toString();
        if (!Files.isDirectory(directory)) {
            return finding(What.FILES, where, Reason.FILES_NONE, where);
        }
        List<Path> foreign =
                PrivateFiles.ownedByOthers(PrivateFiles.Owner.of(directory), directory);
        if (!foreign.isEmpty()) {
            String whose =
                    PrivateFiles.whose(foreign.getFirst()).orElse(foreign.getFirst().toString());
            return new Finding(
                    What.FILES,
                    where,
                    Reason.FILES_FOREIGN,
                    List.of(whose),
                    "",
                    "chown -R --reference=" + directory + " " + directory);
        }
        List<Path> open = PrivateFiles.open(directory);
        return open.isEmpty()
                ? finding(What.FILES, where, Reason.FILES_PRIVATE, where)
                : new Finding(
                        What.FILES,
                        where,
                        Reason.FILES_OPEN,
                        List.of(Integer.toString(open.size()), open.getFirst().toString()),
                        "",
                        "chmod -R go= " + directory);
    }

    /** Empty where no server has run. */
    private static Optional<Finding> store(Path directory) {
        if (!Files.isDirectory(directory)) {
            return Optional.empty();
        }
        String where = directory.toString();
        try {
            Store.requireSound(directory);
            return Optional.of(finding(What.STORE, where, Reason.STORE_SOUND));
        } catch (IOException e) {
            return Optional.of(
                    finding(What.STORE, where, Reason.STORE_DAMAGED, FailureSentence.of(e)));
        }
    }

    private Finding limits() throws IOException {
        Descriptors descriptors = Descriptors.ofThisProcess();
        DescriptorNeeds needs = DescriptorNeeds.of(settings);
        boolean enough = descriptors.suffices(needs.connections(), needs.files());
        return finding(
                What.LIMITS,
                "LimitNOFILE",
                enough ? Reason.LIMITS_ENOUGH : Reason.LIMITS_LOW,
                Long.toString(descriptors.limit()),
                Long.toString(needs.connections()),
                Long.toString((needs.connections() + needs.files()) * 4 / 3));
    }

    private Finding room(Path directory) throws IOException {
        Path nearest = directory.toAbsolutePath();
        while (!Files.exists(nearest) && nearest.getParent() != null) {
            nearest = nearest.getParent();
        }
        long free = Files.getFileStore(nearest).getUsableSpace();
        long least = settings.store().minFreeSpace().bytes();
        return finding(
                What.DISK,
                directory.toString(),
                free >= least ? Reason.DISK_ROOM : Reason.DISK_FULL,
                Long.toString(free >> 20),
                settings.store().minFreeSpace().toString());
    }

    /** Empty where this process may not write there: then it is not the server's. */
    private static Optional<Finding> sync(Path directory) throws IOException {
        if (!Files.isDirectory(directory) || !Files.isWritable(directory)) {
            return Optional.empty();
        }
        long median = medianSyncMicros(directory);
        return Optional.of(
                finding(
                        What.SYNC,
                        directory.toString(),
                        median <= SLOW_SYNC_MICROS ? Reason.SYNC_FAST : Reason.SYNC_SLOW,
                        String.format(Locale.ROOT, "%.1f", median / 1000.0)));
    }

    private static long medianSyncMicros(Path directory) throws IOException {
        Path file = Files.createTempFile(directory, "sync-", ".tmp");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer block = ByteBuffer.allocate(BLOCK);
            // Over octets that are there already, as the journal writes.
            for (int i = 0; i < SYNCS; i++) {
                channel.write(block.clear());
            }
            channel.force(true);
            long[] micros = new long[SYNCS];
            for (int i = 0; i < SYNCS; i++) {
                long begun = System.nanoTime();
                channel.write(block.clear(), (long) i * BLOCK);
                channel.force(false);
                micros[i] = (System.nanoTime() - begun) / 1000;
            }
            Arrays.sort(micros);
            return micros[SYNCS / 2];
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static Finding clock(KernelClock.State state) {
        return finding(
                What.CLOCK,
                "NTP",
                switch (state) {
                    case SYNCHRONISED -> Reason.CLOCK_SYNCHRONISED;
                    case FREE -> Reason.CLOCK_FREE;
                });
    }

    private static Finding memory() {
        long bytes =
                ManagementFactory.getOperatingSystemMXBean()
                                instanceof com.sun.management.OperatingSystemMXBean system
                        ? system.getTotalMemorySize()
                        : Long.MAX_VALUE;
        return finding(
                What.MEMORY,
                "RAM",
                bytes >= LITTLE_MEMORY ? Reason.MEMORY_ENOUGH : Reason.MEMORY_LITTLE,
                Long.toString(bytes >> 20),
                Long.toString(LITTLE_MEMORY >> 20));
    }

    private static Finding finding(What what, String subject, Reason reason, String... arguments) {
        return new Finding(what, subject, reason, List.of(arguments), "", "");
    }
}
