package facteur.server;

import facteur.admin.control.QueueControl;
import facteur.mail.message.MailId;
import facteur.mta.queue.Queue;
import facteur.mta.queue.QueueSnapshot;

import java.time.Instant;
import java.util.Optional;

/** The queue as the admin knows it. Every call waits for the queue's own thread. */
record QueueAdapter(Queue queue) implements QueueControl {
    @Override
    public Snapshot snapshot() {
        QueueSnapshot now = queue.snapshot().join();
        return new Snapshot(
                now.at(),
                now.deferred(),
                now.destinations().stream().map(site -> destination(site, now.at())).toList());
    }

    private static Destination destination(QueueSnapshot.Destination site, Instant now) {
        return new Destination(
                site.site(),
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
    public int retry(MailId message) {
        return queue.retryNow(Queue.ofMessage(message)).join();
    }

    @Override
    public int cancel(MailId message, String operator, String why) {
        return queue.cancel(Queue.ofMessage(message), operator, why).join();
    }

    @Override
    public int flush(String site) {
        return queue.flush(site).join();
    }

    @Override
    public boolean canHold() {
        return true;
    }

    @Override
    public void hold(String site, boolean held) {
        queue.hold(site, held);
    }
}
