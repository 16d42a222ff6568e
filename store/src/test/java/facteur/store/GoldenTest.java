package facteur.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.event.DeliveryEvent;
import facteur.mail.event.EngagementEvent;
import facteur.mail.event.EngagementEvent.Audience;
import facteur.mail.event.Event;
import facteur.mail.event.FeedbackEvent;
import facteur.mail.event.HostEvent;
import facteur.mail.event.OperatorEvent;
import facteur.mail.event.ReadershipEvent;
import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;
import facteur.mail.outcome.BounceCategory;
import facteur.mail.outcome.SuppressionCause;
import facteur.mail.outcome.SuppressionScope;
import facteur.store.codec.CorruptRecord;
import facteur.store.codec.EventCodec;
import facteur.store.fold.Folder;
import facteur.store.fold.SortedRows;
import facteur.store.fold.Table;
import facteur.store.journal.FileOpener;
import facteur.store.journal.Journal;
import facteur.store.journal.Position;
import facteur.store.journal.SegmentedJournal;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Stored encodings stand still: what an older Facteur wrote must be read for ever. A change that is
 * wanted takes a new version beside the old one; {@code -Dgolden.write=DIR} writes new files.
 */
class GoldenTest {
    private static final RecipientId FIRST = new RecipientId(new MailId(1), 0);

    @TempDir private Path directory;

    private static List<Event> events() {
        return List.of(
                Samples.accepted(1, "spring", Samples.address("anne", "one.example")),
                Samples.ruled(FIRST, 1, 1, Samples.deferred(1)),
                Samples.ruled(FIRST, 2, 2, Samples.delivered()),
                Samples.ruled(FIRST, 3, 3, Samples.hard()),
                Samples.ruled(FIRST, 4, 4, Samples.soft(BounceCategory.MAILBOX_FULL)),
                Samples.opened(FIRST, 5, Audience.PROXY),
                Samples.clicked(FIRST, 6, Audience.HUMAN),
                Samples.late(FIRST, 7),
                new OperatorEvent.Held("site:mx.example", true, Samples.NOON, "op", "why"),
                new OperatorEvent.Erased(77, Samples.NOON, "op", "asked"),
                new OperatorEvent.Expired(new MailId(5), new MailId(3), Samples.NOON, "retention"),
                new FeedbackEvent.HardBounceReverted(
                        FIRST, Samples.NOON, "mx.example", "550 no such user"),
                new OperatorEvent.ImportStaged(
                        9, 0, Samples.NOON, "op", List.of(imported("anne"), imported("paul"))),
                new OperatorEvent.ImportCommitted(9, 1, 2, Samples.NOON, "op", "moved here"),
                new EngagementEvent.Recognised(FIRST, Samples.NOON, "microsoft-cloud"),
                new EngagementEvent.Seen(FIRST, Samples.NOON),
                new EngagementEvent.TrackingDeclined(FIRST, Samples.NOON, "page"),
                new ReadershipEvent.Counted(
                        new MailId(1), Samples.NOON, 2, "https://shop.example/", true, 7),
                new DeliveryEvent.NotTracked(FIRST, Samples.NOON, "no_html"),
                new DeliveryEvent.Rendered(FIRST, Samples.NOON, 12, true),
                new HostEvent.TlsWorked("mx.example", Samples.NOON, "TLSv1.3 AES"),
                new HostEvent.TlsFailed(
                        "mx.example",
                        Samples.NOON,
                        Samples.NOON.minusSeconds(3600),
                        3,
                        true,
                        "reset"),
                delayed());
    }

    private static DeliveryEvent.Ruled delayed() {
        DeliveryEvent.Ruled ruled = Samples.ruled(FIRST, 8, 5, Samples.delivered());
        DeliveryEvent.Hop hop = ruled.hop().orElseThrow();
        return new DeliveryEvent.Ruled(
                ruled.recipient(),
                ruled.at(),
                ruled.attempt(),
                ruled.disposition(),
                Optional.of(
                        new DeliveryEvent.Hop(
                                hop.site(),
                                hop.host(),
                                hop.address(),
                                hop.source(),
                                hop.tls(),
                                hop.took(),
                                Duration.ofMillis(340),
                                Duration.ofMillis(56))));
    }

    private static OperatorEvent.Imported imported(String local) {
        return new OperatorEvent.Imported(
                Samples.address(local, "one.example"),
                SuppressionCause.UNSUBSCRIBED,
                new SuppressionScope.All(),
                Optional.of(Samples.NOON),
                Optional.empty(),
                "told us");
    }

    private static void same(String name, String found) throws IOException {
        String write = System.getProperty("golden.write", "");
        if (!write.isEmpty()) {
            Files.writeString(Path.of(write, name), found);
        }
        try (InputStream in = GoldenTest.class.getResourceAsStream(name)) {
            String kept =
                    new String(
                            Objects.requireNonNull(in, name).readAllBytes(),
                            StandardCharsets.UTF_8);
            assertEquals(kept, found, name);
        }
    }

    private static String lines(List<String> lines) {
        return String.join("\n", lines) + "\n";
    }

    @Test
    void events_stand_still() throws IOException {
        same(
                "events.golden",
                lines(
                        events().stream()
                                .map(EventCodec::encode)
                                .map(HexFormat.of()::formatHex)
                                .toList()));
        try (InputStream in = GoldenTest.class.getResourceAsStream("events.golden")) {
            List<Event> read =
                    new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .map(HexFormat.of()::parseHex)
                            .map(ByteBuffer::wrap)
                            .map(EventCodec::decode)
                            .toList();
            assertEquals(events(), read);
        }
    }

    /** Types that have had another layout before: what was written in it is read as ever. */
    @Test
    void older_layouts_are_read() throws IOException {
        try (InputStream in = GoldenTest.class.getResourceAsStream("events.older.golden")) {
            List<Event> read =
                    new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .map(HexFormat.of()::parseHex)
                            .map(ByteBuffer::wrap)
                            .map(EventCodec::decode)
                            .toList();
            List<Event> expected = new ArrayList<>(events().subList(0, 5));
            expected.addAll(events().subList(1, 5)); // rulings have had two
            assertEquals(expected, read);
        }
    }

    @Test
    void every_type_of_event_has_a_stored_form_and_no_two_the_same_number() {
        assertEquals(
                leaves(Event.class).collect(Collectors.toSet()), Set.copyOf(EventCodec.types()));
    }

    private static Stream<Class<?>> leaves(Class<?> type) {
        return type.isSealed()
                ? Arrays.stream(type.getPermittedSubclasses()).flatMap(GoldenTest::leaves)
                : Stream.of(type);
    }

    @Test
    void what_a_newer_version_wrote_is_refused_in_words() {
        byte[] layout = EventCodec.encode(events().getFirst());
        layout[1] = 99;
        assertNewer("Accepted in layout 99; this one reads up to 2: a newer Facteur", layout);
        assertNewer("a newer Facteur wrote this data", new byte[] {(byte) 200, 1});
    }

    private static void assertNewer(String words, byte[] octets) {
        String said =
                String.valueOf(
                        assertThrows(
                                CorruptRecord.class,
                                () -> EventCodec.decode(ByteBuffer.wrap(octets))));
        assertTrue(said.contains(words), said);
    }

    @Test
    void rows_stand_still() throws IOException {
        SortedRows rows = new SortedRows();
        Folder folder = new Folder(rows);
        List<Event> all = events();
        all.subList(0, 9).forEach(event -> folder.fold(new Position(4096), event));
        folder.finish();
        same("rows.golden", rows.dump(Table.values()));
    }

    @Test
    void records_stand_still() throws IOException {
        try (Journal journal =
                SegmentedJournal.open(directory, 8 << 20, Position.START, FileOpener.real())
                        .journal()) {
            for (Event event : events().subList(1, 4)) {
                journal.append(event).join();
            }
            int end = (int) journal.durable().value();
            byte[] octets = new byte[end];
            try (InputStream in = Files.newInputStream(directory.resolve("000000000000.segment"))) {
                assertEquals(end, in.readNBytes(octets, 0, end));
            }
            same(
                    "records.golden",
                    lines(
                            List.of(
                                    HexFormat.of().formatHex(Arrays.copyOf(octets, 24)),
                                    HexFormat.of()
                                            .formatHex(Arrays.copyOfRange(octets, 4096, end)))));
        }
    }
}
