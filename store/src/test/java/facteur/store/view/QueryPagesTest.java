package facteur.store.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.address.Address;
import facteur.mail.event.Event;
import facteur.mail.message.MailId;
import facteur.mail.status.Status;
import facteur.store.Samples;
import facteur.store.fold.CountingRows;
import facteur.store.fold.Folder;
import facteur.store.fold.SortedRows;
import facteur.store.journal.Position;
import facteur.store.query.Contact;
import facteur.store.query.MessageRecipient;
import facteur.store.query.PendingRecipient;
import facteur.store.query.Queries;
import facteur.store.query.SearchCriteria;
import facteur.store.query.SuppressedAddress;
import facteur.store.query.Timeline;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Every list that comes in pages, over rows in memory: pages by their cursors are the whole list,
 * and none costs more for what stands behind it.
 */
class QueryPagesTest {
    private static final int MANY = 60;
    private static final int PAGE = 7;

    /** Rows of a list's own table, an index, a recipient, its message and its contact. */
    private static final int ROWS_OF_AN_ENTRY = 4;

    private final SortedRows stored = new SortedRows();
    private final CountingRows rows = new CountingRows(stored);
    private final Queries queries = new Views(rows);

    QueryPagesTest() {
        Folder folder = new Folder(stored);
        Address anne = Samples.address("anne", "one.example");
        for (int i = 1; i <= MANY; i++) {
            Address other = Samples.address("other%02d".formatted(i), "two.example");
            folder.fold(Position.START, Samples.accepted(i, "spring", anne, other));
            MailId message = new MailId(i);
            folder.fold(
                    Position.START,
                    Samples.ruled(message.recipient(0), i, 1, Samples.deferred(i % 5)));
            folder.fold(Position.START, Samples.ruled(message.recipient(1), i, 1, Samples.hard()));
            folder.fold(Position.START, Samples.rendered(new MailId(1).recipient(0), i));
        }
        folder.finish();
    }

    private <T, C> void comesInPages(
            int expected,
            Function<T, C> cursor,
            Function<Optional<C>, Function<Integer, List<T>>> page) {
        List<T> whole = page.apply(Optional.empty()).apply(10_000);
        assertEquals(expected, whole.size());
        List<T> joined = new ArrayList<>();
        List<T> next;
        Optional<C> last = Optional.empty();
        long most = 0;
        do {
            long before = rows.touched();
            next = page.apply(last).apply(PAGE);
            most = Math.max(most, rows.touched() - before);
            assertTrue(next.size() <= PAGE, next.size() + " of " + PAGE);
            joined.addAll(next);
            last = next.isEmpty() ? last : Optional.of(cursor.apply(next.getLast()));
        } while (!next.isEmpty());
        assertEquals(whole, joined);
        assertTrue(most <= ROWS_OF_AN_ENTRY * PAGE, most + " rows for a page of " + PAGE);
        assertEquals(List.of(), page.apply(Optional.empty()).apply(0));
    }

    @Test
    void suppressed_addresses_by_address() {
        this.<SuppressedAddress, facteur.mail.address.AddressKey>comesInPages(
                MANY,
                SuppressedAddress::key,
                after -> limit -> queries.suppressions().page("", after, limit));
    }

    @Test
    void contacts_by_address() {
        this.<Contact, facteur.mail.address.AddressKey>comesInPages(
                MANY,
                contact -> contact.address().key(),
                after -> limit -> queries.contacts().page("other", after, limit));
    }

    @Test
    void messages_of_a_contact_the_newest_first() {
        long anne = contact("anne@one.example");
        this.<MessageRecipient, facteur.mail.message.RecipientId>comesInPages(
                MANY,
                MessageRecipient::id,
                before -> limit -> queries.contacts().messages(anne, before, limit));
    }

    private long contact(String address) {
        return queries.contacts().page(address, Optional.empty(), 1).getFirst().id();
    }

    @Test
    void messages_the_newest_first() {
        this.<facteur.store.query.AcceptedMessage, MailId>comesInPages(
                MANY,
                message -> message.accepted().message(),
                before -> limit -> queries.messages().page(before, limit));
    }

    @Test
    void recipients_of_a_campaign_by_status() {
        long spring = queries.campaigns().find("spring").orElseThrow().id();
        this.<MessageRecipient, MessageRecipient>comesInPages(
                2 * MANY,
                Function.identity(),
                after ->
                        limit ->
                                queries.campaigns()
                                        .recipients(
                                                spring,
                                                false,
                                                Arrays.asList(Status.values()),
                                                after,
                                                limit));
    }

    @Test
    void pending_by_message_and_by_time() {
        this.<PendingRecipient, facteur.mail.message.RecipientId>comesInPages(
                MANY,
                PendingRecipient::id,
                after -> limit -> queries.queue().pending(after, limit));
        this.<PendingRecipient, PendingRecipient>comesInPages(
                MANY,
                Function.identity(),
                after -> limit -> queries.queue().due("one.example", after, limit));
    }

    @Test
    void a_search_and_a_timeline_name_their_next_page() {
        List<MessageRecipient> found = new ArrayList<>();
        SearchCriteria hard =
                SearchCriteria.ANY.showing(java.util.Set.of(Status.HARD_BOUNCE), false);
        SearchCriteria.Page page = queries.messages().search(hard, Optional.empty(), PAGE);
        found.addAll(page.recipients());
        while (page.next().isPresent()) {
            page = queries.messages().search(hard, page.next(), PAGE);
            found.addAll(page.recipients());
        }
        assertEquals(queries.messages().search(hard, Optional.empty(), 1_000).recipients(), found);
        assertEquals(MANY, found.size());
        var first = new MailId(1).recipient(0);
        List<Event> told = new ArrayList<>();
        Timeline timeline = queries.messages().timeline(first, Optional.empty(), PAGE);
        told.addAll(timeline.events());
        while (timeline.next().isPresent()) {
            timeline = queries.messages().timeline(first, timeline.next(), PAGE);
            told.addAll(timeline.events());
        }
        assertEquals(queries.messages().timeline(first).events(), told);
        assertEquals(MANY + 1, told.size());
    }
}
