package facteur.store;

import facteur.mail.event.Event;
import facteur.mail.event.SubmissionEvent;
import facteur.mail.file.FailureSentence;
import facteur.store.fold.Invariants;
import facteur.store.fold.Keys;
import facteur.store.fold.Rows;
import facteur.store.fold.Table;
import facteur.store.journal.FileOpener;
import facteur.store.journal.Journal;
import facteur.store.journal.JournalAtRest;
import facteur.store.journal.Position;
import facteur.store.lmdb.Environment;
import facteur.store.query.PendingRecipient;
import facteur.store.query.QueueQueries;
import facteur.store.view.Views;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Checks a data directory (or a backup of one) while no server runs: every record of the journal,
 * the octets of every message that is owed, and whatever must hold between the tables of the views.
 */
public final class Verification {
    private static final int MOST = 100;
    private static final int PAGE = 10_000;

    private final List<String> problems = new ArrayList<>();
    private final Consumer<String> progress;
    private long found;

    private Verification(Consumer<String> progress) {
        this.progress = progress;
    }

    /**
     * What was found.
     *
     * @param found how many problems there are
     * @param problems the first hundred of them
     */
    public record Report(long found, List<String> problems) {
        public Report {
            problems = List.copyOf(problems);
        }

        public boolean isGood() {
            return found == 0;
        }
    }

    /**
     * Changes nothing: no file is made, moved or written, and no lock but a shared one is taken.
     *
     * @param progress is told in words
     * @throws IOException in words when a server runs, or nothing can be looked at
     */
    public static Report run(Store.Options options, Consumer<String> progress) throws IOException {
        Verification verification = new Verification(progress);
        Layout layout = new Layout(options.directory());
        layout.requireJournal();
        try (JournalAtRest journal = JournalAtRest.open(layout.journal(), options.opener())) {
            Format.require(layout);
            journal.damage().forEach(verification::problem);
            verification.base(layout);
            Optional<Environment> opened = verification.views(layout);
            if (opened.isEmpty()) {
                verification.problem(
                        "so the views know none of the "
                                + verification.countFrom(journal, journal.oldest())
                                + " events of the journal");
            } else {
                try (Environment views = opened.get()) {
                    verification.check(layout, journal, views);
                }
            }
        }
        return new Report(verification.found, verification.problems);
    }

    private Optional<Environment> views(Layout layout) {
        try {
            return Optional.of(
                    Environment.open(layout.views(), Environment.Mode.AT_REST, FileOpener.real()));
        } catch (IOException e) {
            problem(FailureSentence.of(e));
            return Optional.empty();
        }
    }

    private void base(Layout layout) {
        try {
            if (Files.exists(layout.base().resolve("data.mdb"))) {
                Environment.requireWhole(layout.base());
            }
        } catch (IOException e) {
            problem("a rebuild cannot begin with the base: " + FailureSentence.of(e));
        }
    }

    private void problem(String what) {
        if (found++ < MOST) {
            problems.add(what);
        }
    }

    private void check(Layout layout, JournalAtRest journal, Environment views) throws IOException {
        Position folded = views.read(Folding::position);
        if (folded.compareTo(journal.durable()) > 0) {
            problem("the views know " + folded + ", the journal ends at " + journal.durable());
        }
        try {
            Store.requireNoGap(folded, journal.oldest(), layout.directory());
        } catch (IOException e) {
            problem(FailureSentence.of(e));
        }
        messages(journal, views, folded);
        if (folded.compareTo(journal.durable()) < 0) {
            progress.accept(
                    "views: they end at "
                            + folded
                            + ", "
                            + countFrom(journal, folded)
                            + " events before the journal, which ends at "
                            + journal.durable()
                            + "; the next start folds them");
        }
        owed(journal, views);
        boolean _ =
                views.read(
                        rows -> {
                            new Invariants(rows, this::problem, progress).check();
                            return true;
                        });
    }

    private long countFrom(JournalAtRest journal, Position from) throws IOException {
        long[] seen = {0};
        Position at = from;
        while (at.compareTo(journal.durable()) < 0) {
            at = journal.read(at, PAGE, (_, _) -> seen[0]++);
        }
        return seen[0];
    }

    /** Every message that the journal still holds, and the views have seen, is in the views. */
    private void messages(JournalAtRest journal, Environment views, Position folded)
            throws IOException {
        long[] seen = {0};
        Position at = journal.oldest();
        while (at.compareTo(folded) < 0 && at.compareTo(journal.durable()) < 0) {
            List<SubmissionEvent.Accepted> page = new ArrayList<>();
            at =
                    journal.read(
                            at,
                            PAGE,
                            (position, event) -> {
                                seen[0]++;
                                if (position.compareTo(folded) < 0) {
                                    keep(page, event);
                                }
                            });
            views.read(
                    rows -> {
                        page.forEach(accepted -> known(rows, accepted));
                        return true;
                    });
            progress.accept("journal: " + seen[0] + " records, at " + at);
        }
    }

    private static void keep(List<SubmissionEvent.Accepted> page, Event event) {
        if (event instanceof SubmissionEvent.Accepted accepted) {
            page.add(accepted);
        }
    }

    private void known(Rows rows, SubmissionEvent.Accepted accepted) {
        boolean over =
                accepted.message().compareTo(facteur.store.fold.RetentionHorizon.of(rows).history())
                        < 0;
        if (!over && rows.get(Table.MESSAGES, Keys.message(accepted.message())).isEmpty()) {
            problem("message " + accepted.message() + " is in the journal and not in the views");
        }
    }

    /** The octets of everything that is owed can be read. */
    private void owed(JournalAtRest journal, Environment views) throws IOException {
        QueueQueries pages = new Views(views::read).queue();
        List<PendingRecipient> page = pages.pending(Optional.empty(), PAGE);
        long seen = 0;
        while (!page.isEmpty()) {
            for (PendingRecipient found : page) {
                Optional<Journal.StoredMessage> message = journal.message(found.position());
                if (message.isEmpty()
                        || !message.get().accepted().message().equals(found.id().message())) {
                    problem(found.id() + " is owed, and not in the journal at " + found.position());
                } else if (octets(message.get()) != message.get().content().size()) {
                    problem(found.id() + " is owed, and some of its octets are missing");
                }
            }
            seen += page.size();
            progress.accept("owed: " + seen);
            page = pages.pending(Optional.of(page.getLast().id()), PAGE);
        }
    }

    private static long octets(Journal.StoredMessage message) throws IOException {
        try (InputStream in = message.content().open()) {
            return in.transferTo(java.io.OutputStream.nullOutputStream());
        }
    }
}
