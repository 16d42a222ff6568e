package facteur.server.cli;

import facteur.config.Settings;
import facteur.mail.file.PrivateFiles;
import facteur.server.NativeLibraries;
import facteur.store.Backup;
import facteur.store.Inventory;
import facteur.store.Rebuild;
import facteur.store.Store;
import facteur.store.Verification;
import facteur.store.journal.FileOpener;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code facteur store}: the data directory itself, without asking a server. */
@Command(name = "store", description = "Verify, rebuild, back up and restore the data directory.")
public final class StoreCommand {
    static final List<Class<?>> VERBS =
            List.of(
                    Verify.class,
                    Rebuilding.class,
                    BackUp.class,
                    Restore.class,
                    Sizes.class,
                    Clock.class);

    private StoreCommand() {}

    /** What the store is opened with. */
    public static Store.Options options(Settings settings) {
        return options(settings, settings.dataDir());
    }

    private static Store.Options options(Settings settings, Path directory) {
        return new Store.Options(
                directory,
                Math.toIntExact(settings.store().segmentSize().bytes()),
                FileOpener.real());
    }

    /** A command that works on the data directory. */
    abstract static class OnDisk implements Callable<Integer> {
        @Mixin private ConfigOption config;
        @Spec private CommandSpec spec;

        abstract int run(Settings settings, PrintWriter out) throws IOException;

        /** What must be so before the store is touched. */
        void prepare(Settings settings) throws IOException {
            NativeLibraries.unpackBelow(settings.dataDir());
        }

        @Override
        public Integer call() throws IOException {
            Settings settings = config.settings();
            PrivateFiles.Owner owner = PrivateFiles.Owner.of(settings.dataDir());
            prepare(settings);
            try {
                return run(settings, spec.commandLine().getOut());
            } finally {
                finish(settings, owner);
            }
        }

        void finish(Settings settings, PrivateFiles.Owner owner) throws IOException {
            // What root made here, the server could not open.
            var _ = PrivateFiles.giveTo(owner, settings.dataDir());
        }
    }

    @Command(
            name = "verify",
            description = {
                "Check every record of the journal, the octets of all that is owed, and every"
                        + " invariant between the tables of the views; no file is changed.",
                "The server must be stopped; while it runs, verify a backup."
            })
    static final class Verify extends OnDisk {
        @Option(names = "--dir", paramLabel = "DIR", description = "instead of the data directory")
        private @org.jspecify.annotations.Nullable Path directory;

        /** A check changes nothing, where native parts of libraries find room elsewhere. */
        @Override
        void prepare(Settings settings) throws IOException {
            NativeLibraries.unpackBeside(settings.dataDir());
        }

        @Override
        void finish(Settings settings, PrivateFiles.Owner owner) {}

        @Override
        int run(Settings settings, PrintWriter out) throws IOException {
            Path checked = directory == null ? settings.dataDir() : directory;
            Verification.Report report = Verification.run(options(settings, checked), out::println);
            report.problems().forEach(problem -> out.println("problem: " + problem));
            out.println(
                    report.isGood()
                            ? checked + ": no problem found"
                            : checked + ": " + report.found() + " problems");
            return report.isGood() ? 0 : 1;
        }
    }

    @Command(
            name = "rebuild",
            description =
                    "Make the views anew from their base and the journal; the server must be"
                            + " stopped.")
    static final class Rebuilding extends OnDisk {
        @Override
        int run(Settings settings, PrintWriter out) throws IOException {
            long events = Rebuild.run(options(settings), out::println);
            out.println("rebuilt from " + events + " events");
            return 0;
        }
    }

    @Command(
            name = "backup",
            description =
                    "Copy journal, views, keys and secrets to a new directory, also while the"
                            + " server runs.")
    static final class BackUp extends OnDisk {
        @Parameters(paramLabel = "DIR", description = "must not exist")
        private Path target = Path.of("");

        @Override
        int run(Settings settings, PrintWriter out) throws IOException {
            Backup.take(settings.dataDir(), target);
            out.println(
                    "backed up to "
                            + target
                            + "; check it with facteur store verify --dir "
                            + target);
            return 0;
        }
    }

    @Command(
            name = "restore",
            description = {
                "Make the data directory from a backup; it must not exist, or be empty.",
                "Mail that was sent after the backup was made is owed again."
            })
    static final class Restore extends OnDisk {
        @Parameters(paramLabel = "DIR", description = "a backup")
        private Path backup = Path.of("");

        /** Nothing: a package makes the directory, and it must still be empty then. */
        @Override
        void prepare(Settings settings) {}

        @Override
        int run(Settings settings, PrintWriter out) throws IOException {
            Backup.restore(backup, settings.dataDir());
            out.println("restored to " + settings.dataDir());
            return 0;
        }
    }

    @Command(
            name = "clock",
            description = "The clock, by which what is old is let go.",
            subcommands = Clock.Accept.class)
    static final class Clock implements Runnable {
        @Spec private CommandSpec spec;

        @Override
        public void run() {
            throw new picocli.CommandLine.ParameterException(
                    spec.commandLine(), "facteur store clock accept");
        }

        @Command(
                name = "accept",
                description = {
                    "Say that the clock of this machine is right, after it was set by more than a"
                            + " day: what is old is let go again.",
                    "A server that runs notices within a minute."
                })
        static final class Accept extends OnDisk {
            @Override
            int run(Settings settings, PrintWriter out) throws IOException {
                Instant now = Instant.now();
                Store.acceptClock(settings.dataDir(), now);
                out.println("it is " + now + ": the clock is believed");
                return 0;
            }
        }
    }

    @Command(
            name = "sizes",
            description = "Rows and octets of each table, and of the files; also while it runs.")
    static final class Sizes extends OnDisk {
        @Override
        int run(Settings settings, PrintWriter out) throws IOException {
            List<Inventory.Part> parts = Inventory.of(settings.dataDir());
            out.printf("%-18s %12s %14s %10s%n", "part", "rows", "octets", "per row");
            for (Inventory.Part part : parts) {
                out.printf(
                        "%-18s %12d %14d %10s%n",
                        part.name(),
                        part.rows(),
                        part.octets(),
                        part.rows() == 0 ? "" : String.valueOf(part.octets() / part.rows()));
            }
            return 0;
        }
    }
}
