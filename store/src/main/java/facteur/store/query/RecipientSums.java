package facteur.store.query;

import facteur.mail.status.Status;
import facteur.mail.status.Tally;

/** Sums over recipients. Who asks gets an answer that does not change. */
public interface RecipientSums {
    /** The sums in the form of which rates are made. */
    Tally tally(boolean robotsIncluded);

    /** Recipients that show {@code status}. */
    long showing(Status status, boolean robotsIncluded);
}
