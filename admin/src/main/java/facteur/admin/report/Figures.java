package facteur.admin.report;

import facteur.mail.status.Rates;
import facteur.mail.status.Status;
import facteur.mail.status.Tally;
import facteur.store.query.RecipientSums;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Sums, in one of the two views of robots.
 *
 * @param robots whether hits of robots count
 */
public record Figures(RecipientSums sums, boolean robots) {
    /** One status with its recipients. */
    public record Slice(Status status, long count) {}

    public Tally tally() {
        return sums.tally(robots);
    }

    public Rates rates() {
        return new Rates(tally());
    }

    public long recipients() {
        return tally().recipients();
    }

    /** Recipients of each status as it is now; they add up to all of them. */
    public List<Slice> now() {
        return Arrays.stream(Status.values())
                .map(status -> new Slice(status, sums.showing(status, robots)))
                .toList();
    }

    /** Recipients that have come at least as far as each status. */
    public List<Slice> atLeast() {
        return Arrays.stream(Status.values())
                .map(
                        status ->
                                new Slice(
                                        status,
                                        reaching(status).stream()
                                                .mapToLong(s -> sums.showing(s, robots))
                                                .sum()))
                .toList();
    }

    /** The statuses that imply {@code status}: who clicked has opened, who opened was sent to. */
    public static List<Status> reaching(Status status) {
        List<Status> reaching = new ArrayList<>(List.of(status));
        if (status == Status.SENT) {
            reaching.add(Status.OPENED);
        }
        if (status == Status.SENT || status == Status.OPENED) {
            reaching.add(Status.CLICKED);
        }
        return reaching;
    }
}
