package facteur.mta.queue.schedule;

import facteur.mail.event.OperatorEvent;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What operators have ordered and not taken back: what is held, and what leaves from elsewhere. */
public final class Directives {
    private final Map<Subject, OperatorEvent.Held> held = new LinkedHashMap<>();
    private final Map<Subject, OperatorEvent.Moved> moved = new LinkedHashMap<>();

    public void apply(OperatorEvent.Held event) {
        Optional<Subject> subject = Subject.parse(event.subject());
        if (event.held()) {
            subject.ifPresent(s -> held.put(s, event));
        } else {
            subject.ifPresent(held::remove);
        }
    }

    public void apply(OperatorEvent.Moved event) {
        Optional<Subject> subject = Subject.parse(event.subject());
        if (event.source().isEmpty()) {
            subject.ifPresent(moved::remove);
        } else {
            subject.ifPresent(s -> moved.put(s, event));
        }
    }

    /** The order that holds a recipient apart from the others on its path, if one does. */
    public Optional<OperatorEvent.Held> holding(QueuedRecipient recipient) {
        return held.isEmpty()
                ? Optional.empty()
                : held.entrySet().stream()
                        .filter(order -> order.getKey().has(recipient, "", ""))
                        .map(Map.Entry::getValue)
                        .findFirst();
    }

    /** The order that holds a whole path back: its site, or its source. */
    public Optional<OperatorEvent.Held> holding(String site, String source) {
        return held.isEmpty()
                ? Optional.empty()
                : Optional.ofNullable(held.get(new Subject(Subject.Kind.SITE, site)))
                        .or(() -> holdingSource(source));
    }

    private Optional<OperatorEvent.Held> holdingSource(String source) {
        return Optional.ofNullable(held.get(new Subject(Subject.Kind.SOURCE, source)));
    }

    public boolean isSourceHeld(String source) {
        return holdingSource(source).isPresent();
    }

    /** The source that operators want for a recipient; the latest order counts. */
    public Optional<String> source(QueuedRecipient recipient, String site) {
        if (moved.isEmpty()) {
            return Optional.empty();
        }
        List<String> wanted = new ArrayList<>();
        moved.forEach(
                (subject, order) -> {
                    if (subject.has(recipient, site, "")) {
                        wanted.add(order.source());
                    }
                });
        return wanted.isEmpty() ? Optional.empty() : Optional.of(wanted.getLast());
    }
}
