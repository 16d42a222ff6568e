package facteur.store.journal;

import facteur.store.Samples;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A process of its own, with little memory, that stores a message of 50 MiB and reads it back. */
final class LargeMessage {
    private static final int PART = 256 << 10;
    private static final int PARTS = 200;

    private LargeMessage() {}

    public static void main(String[] arguments) throws Exception {
        try (Journal journal =
                SegmentedJournal.open(
                                Path.of(arguments[0]), 8 << 20, Position.START, FileOpener.real())
                        .journal()) {
            List<JournalEntry.Part> parts = new ArrayList<>();
            for (int i = 0; i < PARTS; i++) {
                byte[] octets = new byte[PART];
                java.util.Arrays.fill(octets, (byte) i);
                Position at =
                        journal.append(List.of(new JournalEntry.PartBytes(octets)))
                                .join()
                                .getFirst();
                parts.add(new JournalEntry.Part(at, PART));
            }
            Position at =
                    journal.append(
                                    List.of(
                                            new JournalEntry.Message(
                                                    Samples.accepted(
                                                            1,
                                                            "c",
                                                            Samples.address("a", "b.example")),
                                                    parts,
                                                    new byte[0])))
                            .join()
                            .getFirst();
            long read = 0;
            byte[] block = new byte[PART];
            try (InputStream in = journal.message(at).orElseThrow().content().open()) {
                for (int i = 0; i < PARTS; i++) {
                    read += in.readNBytes(block, 0, PART);
                    if (block[0] != (byte) i || block[PART - 1] != (byte) i) {
                        throw new IllegalStateException("part " + i + " is not what was written");
                    }
                }
            }
            System.out.println("read back " + read + " octets");
        }
    }
}
