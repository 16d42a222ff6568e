package facteur.server;

import facteur.admin.control.QueueControl;
import facteur.mail.event.OperatorEvent;
import facteur.mail.message.MailId;
import facteur.mta.queue.Queue;
import facteur.mta.queue.QueueSnapshot;
import facteur.mta.queue.Subject;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The queue as the admin knows it. Every call waits for the queue's own thread. */
record QueueAdapter(Queue queue) implements QueueControl {
    @Override
    public Snapshot snapshot() {
        QueueSnapshot now = queue.snapshot().join();
        return new Snapshot(
                now.at(),
                now.deferred(),
                now.held(),
                now.destinations().stream().map(site -> destination(site, now.at())).toList());
    }

    private static Destination destination(QueueSnapshot.Destination site, Instant now) {
        return new Destination(
                site.site(),
                site.source(),
                site.waiting(),
                site.busy(),
                site.connections(),
                site.limit(),
                Optional.of(site.pausedUntil()).filter(until -> until.isAfter(now)),
                site.held(),
                site.delivered(),
                site.lastReply());
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
    public boolean canHold() {
        return true;
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
    public List<Explanation> explain(MailId message) {
        return queue.explain(message).join().stream()
                .map(
                        why ->
                                new Explanation(
                                        why.recipient(),
                                        why.address(),
                                        why.state(),
                                        why.site(),
                                        why.source(),
                                        why.holder(),
                                        why.nextTry(),
                                        why.attempts(),
                                        why.ahead()))
                .toList();
    }
}
