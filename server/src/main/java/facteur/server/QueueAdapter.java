package facteur.server;

import facteur.admin.control.QueueControl;
import facteur.mail.event.OperatorEvent;
import facteur.mail.message.MailId;
import facteur.mta.queue.Queue;
import facteur.mta.queue.QueueSnapshot;
import facteur.mta.queue.schedule.Subject;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The queue as the admin knows it. Every call waits for the queue's own thread. */
record QueueAdapter(Queue queue) implements QueueControl {
    @Override
    public Snapshot snapshot() {
        QueueSnapshot now = queue.snapshot().join();
        return new Snapshot(
                now.at(),
                now.routing(),
                now.deferred() + now.recording(),
                now.held(),
                now.waiting(),
                now.busy(),
                now.resolver(),
                now.destinations().stream().map(QueueAdapter::destination).toList(),
                now.more());
    }

    private static Destination destination(QueueSnapshot.Destination site) {
        return new Destination(
                site.site(),
                site.source(),
                site.waiting(),
                site.busy(),
                site.connections(),
                site.limit(),
                site.perSecond(),
                site.state().name().toLowerCase(Locale.ROOT),
                site.heldByOperator(),
                site.delivered(),
                site.lastReply(),
                site.deferred(),
                site.held(),
                site.reason());
    }

    @Override
    public boolean isSubject(String subject) {
        return Subject.parse(subject).isPresent();
    }

    @Override
    public boolean hasSource(String name) {
        return queue.hasSource(name);
    }

    @Override
    public int flush(String subject, String operator) {
        return queue.flush(parsed(subject), operator).join();
    }

    @Override
    public int cancel(String subject, String operator, String why) {
        return queue.cancel(parsed(subject), operator, why).join();
    }

    private static Subject parsed(String subject) {
        return Subject.parse(subject)
                .orElseThrow(() -> new IllegalArgumentException("no subject: " + subject));
    }

    @Override
    public void hold(OperatorEvent.Held order) {
        queue.hold(order);
    }

    @Override
    public void move(OperatorEvent.Moved order) {
        queue.move(order);
    }

    @Override
    public List<Explanation> explain(Set<MailId> messages) {
        return queue.explain(messages).join().stream()
                .map(
                        why ->
                                new Explanation(
                                        why.recipient(),
                                        why.address(),
                                        why.site(),
                                        why.source(),
                                        why.reason(),
                                        why.attempts()))
                .toList();
    }
}
