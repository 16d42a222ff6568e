package facteur.store.fold;

import facteur.mail.event.DeliveryEvent;
import facteur.mail.event.Event;
import facteur.mail.event.FeedbackEvent;
import facteur.mail.message.RecipientId;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is asked of a recipient's past by name, each under a key of its own, so that it is not
 * necessary to read the past for it: a report that came, a notice that was sent, a bounce that was
 * doubted.
 */
public final class RecipientMarks {
    private static final String DOUBTED = "doubted";

    private RecipientMarks() {}

    /** A report with this id came. */
    public static byte[] report(RecipientId id, String reportId) {
        return key(id, "report " + reportId);
    }

    /** A notice of this kind was sent. */
    public static byte[] notice(RecipientId id, String action) {
        return key(id, "notice " + action);
    }

    /** A hard bounce was doubted. */
    static byte[] doubted(RecipientId id) {
        return key(id, DOUBTED);
    }

    /** Puts the mark of an event, if it leaves one. */
    static void put(Rows rows, RecipientId id, Event event) {
        of(id, event).ifPresent(key -> rows.put(Table.MARKS, key, new byte[0]));
    }

    private static Optional<byte[]> of(RecipientId id, Event event) {
        return switch (event) {
            case FeedbackEvent.Bounced e -> Optional.of(report(id, e.reportId()));
            case FeedbackEvent.Noted e -> Optional.of(report(id, e.reportId()));
            case FeedbackEvent.Complained e -> Optional.of(report(id, e.reportId()));
            case FeedbackEvent.HardBounceReverted _ -> Optional.of(doubted(id));
            case DeliveryEvent.Notified e -> Optional.of(notice(id, e.action()));
            case Event _ -> Optional.empty();
        };
    }

    static void forget(Rows rows, RecipientId id) {
        List<byte[]> keys = new ArrayList<>();
        rows.scan(Table.MARKS, Keys.recipient(id), (key, _) -> keys.add(key));
        keys.forEach(key -> rows.delete(Table.MARKS, key));
    }

    private static byte[] key(RecipientId id, String text) {
        return Keys.moment(id, Keys.hash(text.getBytes(StandardCharsets.UTF_8)));
    }
}
