package facteur.admin.api;

import facteur.admin.control.QueueControl;
import facteur.admin.report.Recipients;
import facteur.admin.screen.Desk;
import facteur.admin.web.Response;
import facteur.mail.message.RecipientId;
import facteur.store.fold.PendingRow;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The queue. */
final class QueueCalls {
    private final Desk desk;

    QueueCalls(Desk desk) {
        this.desk = desk;
    }

    /** The queue with its sums. */
    record QueueShape(
            Instant at,
            long deferred,
            long waiting,
            long busy,
            List<QueueControl.Destination> destinations) {}

    Response snapshot(Call call) {
        QueueControl.Snapshot snapshot = desk.queue().snapshot();
        return Call.ok(
                new QueueShape(
                        snapshot.at(),
                        snapshot.deferred(),
                        snapshot.waiting(),
                        snapshot.busy(),
                        snapshot.destinations()));
    }

    /** A recipient who is owed a delivery. */
    record PendingShape(
            String id, String address, String campaign, int attempts, Instant nextTry) {}

    Response pending(Call call) {
        List<PendingRow.Found> found =
                desk.views().pending(call.after().flatMap(Recipients::parse), call.limit() + 1);
        boolean more = found.size() > call.limit();
        List<PendingRow.Found> shown = more ? found.subList(0, call.limit()) : found;
        return Call.ok(
                new Call.Items(
                        shown.stream()
                                .map(
                                        row ->
                                                new PendingShape(
                                                        row.id().toString(),
                                                        row.row().address().toString(),
                                                        row.row().campaign(),
                                                        row.row().attempts(),
                                                        row.row().nextTry()))
                                .toList(),
                        more
                                ? Optional.of(shown.getLast().id()).map(RecipientId::toString)
                                : Optional.empty()));
    }

    Response flush(Call call) throws IOException {
        Map<String, Object> body = call.body();
        String site = Call.text(body, "site");
        return site.isEmpty()
                ? noSite()
                : Call.ok(new MessageCalls.Reached(desk.orders().flush(call.by(body), site)));
    }

    Response hold(Call call) throws IOException {
        return held(call, true);
    }

    Response release(Call call) throws IOException {
        return held(call, false);
    }

    private Response held(Call call, boolean held) throws IOException {
        Map<String, Object> body = call.body();
        String site = Call.text(body, "site");
        if (site.isEmpty()) {
            return noSite();
        }
        if (!desk.queue().canHold()) {
            return Call.problem(501, "Not implemented", "this server's queue cannot be held");
        }
        desk.orders().hold(call.by(body), site, held);
        return Response.empty(204);
    }

    private static Response noSite() {
        return Call.problem(422, "Unprocessable content", "site: a destination of GET /queue");
    }
}
