package facteur.store.fold;

import facteur.mail.event.EngagementEvent;
import facteur.mail.message.RecipientId;
import facteur.store.query.RecipientState;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether a hit counts as a person's or as a machine's by all that is known by now: its own event
 * says what was known then, and a revision ({@link Table#REVISIONS}) or a rule that was seen to be
 * wrong ({@link Table#RECOGNISED}) tells otherwise later.
 */
public final class HitVerdicts {
    private final Rows rows;

    public HitVerdicts(Rows rows) {
        this.rows = rows;
    }

    /** Both ends belong to it, in milliseconds since 1970. */
    record Span(long from, long until) {
        boolean holds(long millis) {
            return from <= millis && millis <= until;
        }
    }

    /** Whether a hit of a timeline counts otherwise than its own event says. */
    public boolean isOverruled(RecipientId id, EngagementEvent.Hit hit) {
        return hit.audience().isMachine() != (isMachine(id, hit) || isRevised(id, hit.at()));
    }

    /** Whether a hit counts as a machine's, by all that is known. */
    boolean isMachine(RecipientId id, RecipientState row, EngagementEvent.Hit hit) {
        return isMachine(id, hit)
                || (row.badges().contains(RecipientState.Badge.REVISED) && isRevised(id, hit.at()));
    }

    /** As long as no revision tells otherwise. */
    boolean isMachine(RecipientId id, EngagementEvent.Hit hit) {
        return switch (hit.audience()) {
            case HUMAN, PROXY -> false;
            case MACHINE -> true;
            case PROBABLE_MACHINE ->
                    hit.reasons().stream().noneMatch(rule -> isRecognised(id, rule));
        };
    }

    boolean isRecognised(RecipientId id, String rule) {
        return rows.get(Table.RECOGNISED, Keys.rule(id, rule)).isPresent();
    }

    /** Whether a moment lies in a revised span. */
    private boolean isRevised(RecipientId id, Instant at) {
        long millis = at.toEpochMilli();
        List<Span> last = new ArrayList<>(1);
        rows.scanBack(
                Table.REVISIONS,
                Keys.recipient(id),
                Keys.moment(id, millis + 1),
                (key, value) -> {
                    last.add(span(key, value));
                    return false;
                });
        return last.stream().anyMatch(span -> span.holds(millis));
    }

    static Span span(byte[] key, byte[] value) {
        return new Span(Keys.millis(key), ByteBuffer.wrap(value).getLong());
    }
}
