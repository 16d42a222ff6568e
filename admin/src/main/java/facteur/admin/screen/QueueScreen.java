package facteur.admin.screen;

import facteur.admin.control.QueueControl;
import facteur.admin.web.Query;
import facteur.admin.web.Response;
import facteur.mail.queue.WaitReason;
import facteur.store.query.PendingRecipient;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What waits, where, and why. */
public final class QueueScreen {
    private static final int DESTINATIONS = 200;
    private static final int OLDEST = 20;

    private final ScreenContext screenContext;
    private final DeliveryPace pace = new DeliveryPace();

    public QueueScreen(ScreenContext screenContext) {
        this.screenContext = screenContext;
    }

    /**
     * @param destinations the busiest
     * @param more how many there are beyond those
     * @param oldest recipients owed a delivery for the longest
     */
    public record Model(
            QueueControl.Snapshot snapshot,
            List<QueueControl.Destination> destinations,
            long more,
            List<PendingRecipient> oldest,
            DeliveryPace pace) {
        /** Recipients a minute, as far as that is known. */
        public String pace(PageRequest page, QueueControl.Destination destination) {
            OptionalLong known = pace.perMinute(destination, page.now());
            return known.isPresent() ? page.number(known.getAsLong()) : "—";
        }

        /** What keeps a destination from going faster, in a sentence. */
        public String why(PageRequest page, QueueControl.Destination destination) {
            if (destination.reason().isPresent()) {
                return page.why(destination.reason().get());
            }
            return page.say(destination.busy() > 0 ? "queue.open" : "queue.idle");
        }

        /** How it stands, as the sign beside the sentence shows it. */
        public String sign(QueueControl.Destination destination) {
            if (destination.held()) {
                return "missing";
            }
            return destination
                    .reason()
                    .map(
                            reason ->
                                    switch (reason) {
                                        case WaitReason.Held _,
                                                WaitReason.HostsDown _,
                                                WaitReason.SourceUnusable _ ->
                                                "missing";
                                        case WaitReason.Suspended _,
                                                WaitReason.Probing _,
                                                WaitReason.ResolverSilent _,
                                                WaitReason.Deferred _ ->
                                                "weak";
                                        case WaitReason.Rate(_, _, String cause, _) ->
                                                cause.isEmpty() ? "good" : "weak";
                                        case WaitReason.Sending _,
                                                WaitReason.Preparing _,
                                                WaitReason.Routing _,
                                                WaitReason.NewConnections _,
                                                WaitReason.Connections _,
                                                WaitReason.ConnectionBudget _,
                                                WaitReason.Connecting _,
                                                WaitReason.Turn _ ->
                                                "good";
                                    })
                    .orElse("good");
        }
    }

    public Response show(PageRequest page) {
        QueueControl.Snapshot snapshot = screenContext.queue().snapshot();
        pace.see(snapshot, page.now());
        List<QueueControl.Destination> ordered =
                snapshot.destinations().stream()
                        .sorted(
                                Comparator.comparingLong(QueueControl.Destination::waiting)
                                        .thenComparingLong(QueueControl.Destination::deferred)
                                        .thenComparingLong(QueueControl.Destination::heldRecipients)
                                        .reversed()
                                        .thenComparing(QueueControl.Destination::site))
                        .toList();
        Model model =
                new Model(
                        snapshot,
                        ordered.stream().limit(DESTINATIONS).toList(),
                        snapshot.more() + Math.max(0, ordered.size() - DESTINATIONS),
                        screenContext.views().queue().pending(Optional.empty(), OLDEST),
                        pace);
        return screenContext.html("queue", page, model);
    }

    public Response act(PageRequest page) throws IOException {
        Query form = page.request().form();
        Optional<String> site = form.first("site");
        if (site.isPresent()) {
            var by = screenContext.by(page, form.first("why").orElse(""));
            switch (form.first("action").orElse("")) {
                case "flush" -> screenContext.orders().flush(by, "site:" + site.get());
                case "hold" -> screenContext.orders().hold(by, "site:" + site.get(), true);
                case "release" -> screenContext.orders().hold(by, "site:" + site.get(), false);
                default -> {
                    return screenContext.missing(page).withStatus(400);
                }
            }
        }
        return Response.seeOther("/queue");
    }
}
