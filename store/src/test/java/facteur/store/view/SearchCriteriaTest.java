package facteur.store.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.message.RecipientId;
import facteur.mail.outcome.BounceCategory;
import facteur.mail.status.Status;
import facteur.store.Store;
import facteur.store.Story;
import facteur.store.journal.FileOpener;
import facteur.store.query.MessageRecipient;
import facteur.store.query.PendingRecipient;
import facteur.store.query.SearchCriteria;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Each search must find what looking at every row finds. */
class SearchCriteriaTest {
    @TempDir private static Path directory;

    private static Store store;
    private static List<MessageRecipient> all;

    @BeforeAll
    static void fill() throws Exception {
        store = Store.open(new Store.Options(directory, 8 << 20, FileOpener.real()));
        Story story = new Story(7);
        story.tell(store, 300, 10);
        for (int i = 0; i < 7; i++) {
            story.owed(store, "late" + i, new byte[10]);
        }
        all = new ArrayList<>(every(SearchCriteria.ANY, 1000));
        assertTrue(all.size() > 300);
    }

    @AfterAll
    static void close() {
        store.close();
    }

    private static List<MessageRecipient> every(SearchCriteria searchCriteria, int limit) {
        List<MessageRecipient> found = new ArrayList<>();
        Optional<RecipientId> next = Optional.empty();
        do {
            SearchCriteria.Page page = store.views().messages().search(searchCriteria, next, limit);
            found.addAll(page.recipients());
            next = page.next();
        } while (next.isPresent());
        return found;
    }

    private static void finds(SearchCriteria searchCriteria, Predicate<MessageRecipient> wanted) {
        List<RecipientId> expected =
                all.stream()
                        .filter(wanted)
                        .map(MessageRecipient::id)
                        .sorted(
                                Comparator.comparing(RecipientId::message)
                                        .thenComparingInt(RecipientId::index)
                                        .reversed())
                        .toList();
        assertTrue(!expected.isEmpty(), "nothing to be found by " + searchCriteria);
        for (int limit : new int[] {1, 7, 1000}) {
            List<RecipientId> found =
                    every(searchCriteria, limit).stream().map(MessageRecipient::id).toList();
            assertEquals(expected, found, searchCriteria + " by " + limit);
        }
    }

    @Test
    void by_each_thing_alone() {
        finds(SearchCriteria.ANY, _ -> true);
        long contact = all.getFirst().contact().orElseThrow().id();
        finds(
                SearchCriteria.ANY.ofContact(contact),
                r -> r.contact().orElseThrow().id() == contact);
        finds(
                SearchCriteria.ANY.ofCampaign(0),
                r -> r.state().origin().orElseThrow().campaign() == 0);
        finds(
                SearchCriteria.ANY.atDomain("d3.example"),
                r -> r.state().origin().orElseThrow().domain().equals("d3.example"));
        finds(
                SearchCriteria.ANY.because(BounceCategory.MAILBOX_FULL),
                r -> r.state().category().equals(Optional.of(BounceCategory.MAILBOX_FULL)));
        for (Status status : List.of(Status.SENT, Status.SENDING, Status.HARD_BOUNCE)) {
            for (boolean robots : new boolean[] {false, true}) {
                finds(
                        SearchCriteria.ANY.showing(Set.of(status), robots),
                        r -> r.state().status(robots) == status);
            }
        }
    }

    @Test
    void by_several_at_once() {
        finds(
                SearchCriteria.ANY
                        .ofCampaign(1)
                        .showing(Set.of(Status.SENT, Status.CLICKED), false),
                r ->
                        r.state().origin().orElseThrow().campaign() == 1
                                && (r.state().status(false) == Status.SENT
                                        || r.state().status(false) == Status.CLICKED));
        finds(
                SearchCriteria.ANY
                        .atDomain("d1.example")
                        .showing(Set.of(Status.HARD_BOUNCE), false),
                r ->
                        r.state().origin().orElseThrow().domain().equals("d1.example")
                                && r.state().status(false) == Status.HARD_BOUNCE);
        finds(
                SearchCriteria.ANY.because(BounceCategory.BAD_MAILBOX).ofCampaign(2),
                r ->
                        r.state().category().equals(Optional.of(BounceCategory.BAD_MAILBOX))
                                && r.state().origin().orElseThrow().campaign() == 2);
    }

    @Test
    void by_domain_and_something_whichever_is_rarer() {
        finds(
                SearchCriteria.ANY.atDomain("d1.example").because(BounceCategory.BAD_MAILBOX),
                r ->
                        isAt(r, "d1.example")
                                && r.state()
                                        .category()
                                        .equals(Optional.of(BounceCategory.BAD_MAILBOX)));
        finds(
                SearchCriteria.ANY.atDomain("d1.example").ofCampaign(1),
                r -> isAt(r, "d1.example") && r.state().origin().orElseThrow().campaign() == 1);
        long slow = all.getFirst().state().origin().orElseThrow().campaign();
        finds(
                SearchCriteria.ANY.atDomain("late.example").ofCampaign(slow),
                r ->
                        isAt(r, "late.example")
                                && r.state().origin().orElseThrow().campaign() == slow);
    }

    private static boolean isAt(MessageRecipient recipient, String domain) {
        return recipient.state().origin().orElseThrow().domain().equals(domain);
    }

    @Test
    void by_message_id() {
        var message = store.views().messages().page(Optional.empty(), 1).getFirst();
        String field = message.accepted().facts().messageId();
        assertEquals(List.of(message), store.views().messages().withMessageId(field, 10));
        assertEquals(List.of(), store.views().messages().withMessageId("<none@nowhere>", 10));
    }

    @Test
    void what_is_owed_by_destination_and_time() {
        List<PendingRecipient> found = new ArrayList<>();
        Optional<PendingRecipient> last = Optional.empty();
        List<PendingRecipient> page;
        do {
            page = store.views().queue().due("late.example", last, 3);
            found.addAll(page);
            last = page.isEmpty() ? last : Optional.of(page.getLast());
        } while (!page.isEmpty());
        assertEquals(store.views().queue().pending(Optional.empty(), 100), found);
        assertEquals(7, found.size());
    }
}
