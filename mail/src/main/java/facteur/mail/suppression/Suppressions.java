package facteur.mail.suppression;

import facteur.mail.message.RecipientId;
import facteur.mail.outcome.SuppressionCause;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The standing refusals of one address. What is added, lifted and reverted may come in any order:
 * the outcome is the same.
 *
 * @param lifted entries made until then are void
 * @param entries at most one for each cause and scope, the latest
 */
public record Suppressions(Instant lifted, List<Suppression> entries) {
    public static final Suppressions NONE = new Suppressions(Instant.EPOCH, List.of());

    public Suppressions {
        entries = List.copyOf(entries);
    }

    /** The entries that hold at {@code now}. */
    public List<Suppression> holding(Instant now) {
        return entries.stream()
                .filter(e -> e.since().isAfter(lifted))
                .filter(e -> e.expires().isEmpty() || e.expires().get().isAfter(now))
                .toList();
    }

    public Suppressions with(Suppression added) {
        List<Suppression> next = new ArrayList<>();
        Suppression latest = added;
        for (Suppression entry : entries) {
            if (!entry.isOfKindOf(added)) {
                next.add(entry);
            } else if (entry.since().isAfter(added.since())) {
                latest = entry;
            }
        }
        next.add(latest);
        next.sort(
                Comparator.comparing(Suppression::cause)
                        .thenComparing(entry -> entry.scope().toString()));
        return new Suppressions(lifted, next);
    }

    public Suppressions without(SuppressionCause cause) {
        return only(entry -> entry.cause() != cause);
    }

    /** Less the hard bounce of {@code evidence}, which is not believed any more. */
    public Suppressions reverting(RecipientId evidence) {
        return only(
                entry ->
                        entry.cause() != SuppressionCause.HARD_BOUNCE
                                || !entry.evidence().equals(Optional.of(evidence)));
    }

    public Suppressions liftedAt(Instant at) {
        return new Suppressions(at.isAfter(lifted) ? at : lifted, entries);
    }

    /** Without what was said, which may repeat the address. */
    public Suppressions anonymous() {
        return new Suppressions(lifted, entries.stream().map(Suppression::anonymous).toList());
    }

    private Suppressions only(Predicate<Suppression> stays) {
        return new Suppressions(lifted, entries.stream().filter(stays).toList());
    }
}
