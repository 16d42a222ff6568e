package facteur.store.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.outcome.BounceCategory;
import facteur.mail.status.Status;
import facteur.store.fold.CountingRows;
import facteur.store.fold.Keys;
import facteur.store.fold.SortedRows;
import facteur.store.fold.Table;
import facteur.store.query.SearchCriteria;

import org.junit.jupiter.api.Test;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/** Whoever may name campaigns may name one for each message. */
class SearchCostTest {
    @Test
    void a_search_over_all_campaigns_does_not_cost_more_for_each_of_them() {
        SortedRows rows = new SortedRows();
        for (int campaign = 1; campaign <= 20_000; campaign++) {
            rows.put(Table.CAMPAIGNS, Keys.campaign(campaign), new byte[0]);
        }
        for (SearchCriteria searchCriteria :
                List.of(
                        SearchCriteria.ANY.showing(EnumSet.allOf(Status.class), false),
                        SearchCriteria.ANY.because(BounceCategory.MAILBOX_FULL),
                        SearchCriteria.ANY
                                .atDomain("d.example")
                                .because(BounceCategory.MAILBOX_FULL))) {
            CountingRows counted = new CountingRows(rows);
            assertEquals(
                    List.of(),
                    new RecipientSearch(counted, searchCriteria)
                            .page(Optional.empty(), 100)
                            .recipients());
            System.out.println(searchCriteria + ": rows touched " + counted.touched());
            assertTrue(counted.touched() < 5_000, searchCriteria + ": " + counted.touched());
        }
    }
}
