package facteur.store.fold;

import facteur.mail.message.MailId;
import facteur.mail.message.Numbers;
import facteur.mail.message.RecipientId;
import facteur.store.query.Contact;
import facteur.store.query.HourCounts;
import facteur.store.query.RecipientState;
import facteur.store.query.TallyKey;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What must hold between the tables. Each index row is looked up from the row that it is derived
 * from, and counted, so that one too many is found as well as one too few. Sums are added up again;
 * once history has been forgotten they may only be larger than what is left.
 */
public final class Invariants {
    private static final long STEP = 1_000_000;

    private final Rows rows;
    private final Consumer<String> problem;
    private final Consumer<String> progress;
    private final Map<Table, Long> expected = new EnumMap<>(Table.class);
    private final Map<TallyKey, TallyRow> tallies = new HashMap<>();
    private final Map<HourRow.Key, HourCounts> hours = new HashMap<>();
    private final Map<Long, Long> owed = new HashMap<>();
    private final RetentionHorizon retentionHorizon;

    public Invariants(Rows rows, Consumer<String> problem, Consumer<String> progress) {
        this.rows = rows;
        this.problem = problem;
        this.progress = progress;
        this.retentionHorizon = RetentionHorizon.of(rows);
    }

    public void check() {
        scan(Table.RECIPIENTS, (key, value) -> recipient(Keys.recipient(key, 0), value));
        scan(Table.PENDING, (key, value) -> pending(Keys.recipient(key, 0), value));
        scan(Table.MESSAGES, this::message);
        scan(Table.CONTACTS, this::contact);
        counts();
        sums();
    }

    private interface Each {
        void row(byte[] key, byte[] value);
    }

    private void scan(Table table, Each each) {
        long[] seen = {0};
        rows.scan(
                table,
                new byte[0],
                (key, value) -> {
                    each.row(key, value);
                    if (++seen[0] % STEP == 0) {
                        progress.accept(table.key() + ": " + seen[0]);
                    }
                    return true;
                });
        progress.accept(table.key() + ": " + seen[0] + " rows");
    }

    private void recipient(RecipientId id, byte[] value) {
        RecipientState row = RecipientRow.decode(value);
        if (row.origin().isEmpty()) {
            return; // its message has not been seen
        }
        RecipientState.Origin origin = row.origin().get();
        long campaign = origin.campaign();
        byte[] contact = Keys.contact(origin.contact());
        for (boolean robots : new boolean[] {false, true}) {
            expect(
                    Table.BY_STATUS,
                    Keys.byStatus(campaign, robots, row.status(robots), id),
                    contact);
        }
        if (!Numbers.isNone(campaign)) {
            byte[] cell = MatrixCell.encode(row.status(false), row.status(true));
            expect(Table.CELLS, Keys.cell(campaign, origin.contact(), id), cell);
        }
        expect(Table.BY_DOMAIN, Keys.domain(origin.domain(), id), contact);
        byte[] message = Keys.contactMessage(origin.contact(), id);
        expect(Table.CONTACT_MESSAGES, message, Keys.campaign(campaign));
        row.category()
                .ifPresent(c -> expect(Table.BY_REASON, Keys.reason(campaign, c, id), contact));
        if (RecipientRow.isPending(row)) {
            count(Table.PENDING);
            require(Table.PENDING, Keys.recipient(id), id + " is owed");
        }
        require(Table.MESSAGES, Keys.message(id.message()), "the message of " + id);
        require(Table.CONTACTS, contact, "the contact of " + id);
        TallyRow one = TallyRow.of(row);
        TallyKeys.of(row)
                .forEach(key -> tallies.computeIfAbsent(key, _ -> TallyRow.zero()).add(one, 1));
        HourRow.of(row).forEach((hour, more) -> hours.merge(hour, more, HourCounts::plus));
    }

    private void pending(RecipientId id, byte[] value) {
        PendingRow row = PendingRow.decode(id, value);
        expect(Table.DUE, row.due(), new byte[0]);
        for (long s = row.first().segment(); s <= row.recipient().position().segment(); s++) {
            owed.merge(s, 1L, Long::sum);
        }
    }

    private void message(byte[] key, byte[] value) {
        MailId id = Keys.recipient(Arrays.copyOf(key, 10), 0).message();
        String field = MessageRow.decode(value).accepted().facts().messageId();
        expect(Table.MESSAGE_IDS, Keys.messageId(field, id), new byte[0]);
    }

    private void contact(byte[] key, byte[] value) {
        Contact contact = ContactRow.decode(Keys.number(key), value);
        if (!contact.isErased()) {
            expect(
                    Table.CONTACT_IDS,
                    Keys.address(Numbers.tenant(contact.id()), contact.address().key()),
                    key);
        }
    }

    private void count(Table table) {
        expected.merge(table, 1L, Long::sum);
    }

    private void expect(Table table, byte[] key, byte[] value) {
        count(table);
        Optional<byte[]> found = rows.get(table, key);
        if (found.isEmpty() || !Arrays.equals(found.get(), value)) {
            problem.accept(table.key() + ": the row " + hex(key) + " is missing or wrong");
        }
    }

    private void require(Table table, byte[] key, String what) {
        if (rows.get(table, key).isEmpty()) {
            problem.accept(what + " is not in " + table.key());
        }
    }

    private static String hex(byte[] key) {
        return java.util.HexFormat.of().formatHex(key);
    }

    private void counts() {
        for (Table table :
                new Table[] {
                    Table.BY_STATUS,
                    Table.CELLS,
                    Table.BY_DOMAIN,
                    Table.BY_REASON,
                    Table.CONTACT_MESSAGES,
                    Table.PENDING,
                    Table.DUE,
                    Table.MESSAGE_IDS,
                    Table.CONTACT_IDS
                }) {
            long[] there = {0};
            scan(table, (_, _) -> there[0]++);
            long wanted = expected.getOrDefault(table, 0L);
            if (there[0] != wanted) {
                problem.accept(table.key() + " has " + there[0] + " rows, not " + wanted);
            }
        }
    }

    private void sums() {
        boolean forgotten = retentionHorizon.history().value() != 0;
        tallies.forEach(
                (key, sum) -> {
                    TallyRow row =
                            rows.get(Table.TALLIES, TallyKeys.octets(key))
                                    .map(TallyRow::decode)
                                    .orElseGet(TallyRow::zero);
                    if (forgotten ? !row.covers(sum) : !row.equals(sum)) {
                        problem.accept("the sums of " + key + " are not those of its recipients");
                    }
                });
        if (!forgotten) {
            hours.forEach(
                    (key, sum) -> {
                        HourCounts row =
                                rows.get(Table.HOURS, key.key())
                                        .map(HourRow::decode)
                                        .orElse(HourCounts.ZERO);
                        if (!row.equals(sum)) {
                            problem.accept("the sums of " + key + " are not those of its rows");
                        }
                    });
        }
        scan(
                Table.SEGMENTS,
                (key, value) -> {
                    long segment = Keys.number(key);
                    long wanted = owed.getOrDefault(segment, 0L);
                    if (SegmentRow.decode(value).owed() != wanted) {
                        problem.accept(
                                "segment " + segment + " does not count what is owed: " + wanted);
                    }
                });
    }
}
