package facteur.server;

import facteur.mail.event.DeliveryEvent;
import facteur.mail.event.Event;
import facteur.mail.message.MailId;
import facteur.store.query.AcceptedMessage;
import facteur.store.query.MessageQueries;
import facteur.store.query.RecipientState;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** What is stored of each recipient, message by message, the newest first; a page at a time. */
final class StoredTimelines {
    private static final int PAGE = 500;
    // Of whom most may be pending, and have no answer yet: a start must not read them all.
    private static final int LOOKED_AT = 200_000;

    private final MessageQueries messages;

    StoredTimelines(MessageQueries messages) {
        this.messages = messages;
    }

    /**
     * Shows the events of mail accepted since then.
     *
     * @param whose of which recipients
     */
    void since(Instant since, Predicate<RecipientState> whose, Consumer<Event> event) {
        messages(
                message -> {
                    boolean recent = !message.accepted().at().isBefore(since);
                    if (recent) {
                        recipients(message, whose, event);
                    }
                    return recent;
                });
    }

    /** The rulings of the newest messages, in the order of time; about so many, or fewer. */
    List<DeliveryEvent.Ruled> latestRulings(int most) {
        List<DeliveryEvent.Ruled> rulings = new ArrayList<>();
        long[] looked = {0};
        messages(
                message -> {
                    looked[0] += message.recipients();
                    recipients(
                            message,
                            recipient -> recipient.attempts() > 0 && rulings.size() < most,
                            event -> {
                                if (event instanceof DeliveryEvent.Ruled ruled) {
                                    rulings.add(ruled);
                                }
                            });
                    return rulings.size() < most && looked[0] < LOOKED_AT;
                });
        rulings.sort(Comparator.comparing(DeliveryEvent.Ruled::at));
        return rulings;
    }

    private void messages(Predicate<AcceptedMessage> each) {
        Optional<MailId> before = Optional.empty();
        List<AcceptedMessage> page;
        do {
            page = messages.page(before, PAGE);
            for (AcceptedMessage message : page) {
                if (!each.test(message)) {
                    return;
                }
                before = Optional.of(message.accepted().message());
            }
        } while (page.size() == PAGE);
    }

    private void recipients(
            AcceptedMessage message, Predicate<RecipientState> whose, Consumer<Event> event) {
        for (int from = 0; from < message.recipients(); from += PAGE) {
            messages.recipients(message.accepted().message(), from, PAGE).stream()
                    .filter(recipient -> whose.test(recipient.state()))
                    .forEach(r -> messages.timeline(r.id()).events().forEach(event));
        }
    }
}
