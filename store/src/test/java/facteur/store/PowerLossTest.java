package facteur.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import facteur.mail.event.Event;
import facteur.store.journal.Position;
import facteur.store.journal.SegmentedJournal;
import facteur.testkit.disk.SimulatedDisk;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** What the simulations have found, each as a case of its own. */
class PowerLossTest {
    private static final int SEGMENT = 8 << 20;

    @TempDir private Path directory;

    private SegmentedJournal.Opened open(SimulatedDisk disk, Position verified) throws IOException {
        return SegmentedJournal.idle(
                directory, SEGMENT, verified, new SimulatedFiles(disk.mount()), Runnable::run);
    }

    private static void append(SegmentedJournal journal, Event event) {
        var appended = journal.append(event);
        boolean _ = journal.turn();
        Position _ = appended.join();
    }

    /** A start that reads nothing, since all is folded, has the epoch from its file alone. */
    @Test
    void an_epoch_does_not_come_back_when_its_new_name_was_not_synced() throws Exception {
        for (int seed = 0; seed < 20; seed++) {
            SimulatedDisk disk = new SimulatedDisk(new SplittableRandom(seed));
            List<Event> appended = new ArrayList<>();
            Position end = Position.START;
            for (int start = 1; start <= 6; start++) {
                try (SegmentedJournal journal = open(disk, end).journal()) {
                    Event event =
                            Samples.rendered(
                                    Samples.accepted(start, "").message().recipient(0), start);
                    append(journal, event);
                    appended.add(event);
                    // Every other start finds something that is not folded.
                    end = start % 2 == 0 ? journal.durable() : end;
                    disk.losePower();
                }
            }
            SegmentedJournal.Opened all = open(disk, Position.START);
            try (SegmentedJournal journal = all.journal()) {
                assertEquals(List.of(), all.damage(), "seed " + seed);
                List<Event> found = new ArrayList<>();
                Position _ = journal.read(Position.START, 100, (_, event) -> found.add(event));
                assertEquals(appended, found, "seed " + seed);
            }
        }
    }
}
