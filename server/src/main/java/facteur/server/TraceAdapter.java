package facteur.server;

import facteur.admin.control.LiveTraces;
import facteur.config.unit.Network;
import facteur.mta.trace.Trace;
import facteur.mta.trace.TraceLine;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/** The traces as the admin knows them. */
record TraceAdapter(Trace submission, Trace delivery) implements LiveTraces {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String SUBMISSION = "s-";
    private static final String DELIVERY = "d-";

    @Override
    public Optional<String> watch(Kind kind, String subject) {
        return switch (kind) {
            case SUBMISSION -> submission.watch(clients(subject)).map(id -> SUBMISSION + id);
            case DELIVERY ->
                    delivery.watch(
                                    site ->
                                            subject.isEmpty()
                                                    || site.equals(
                                                            subject.toLowerCase(Locale.ROOT)))
                            .map(id -> DELIVERY + id);
        };
    }

    private static Predicate<String> clients(String subject) {
        if (subject.isEmpty()) {
            return _ -> true;
        }
        Network network =
                Network.parse(subject)
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                subject + " is no address or network"));
        return client -> network.contains(InetAddress.ofLiteral(client));
    }

    @Override
    public Optional<Lines> next(String id, long after) throws InterruptedException {
        Trace trace = id.startsWith(DELIVERY) ? delivery : submission;
        String bare = id.length() > 2 ? id.substring(2) : "";
        return trace.next(bare, after, PATIENCE)
                .map(
                        lines ->
                                new Lines(
                                        lines.lines().stream().map(TraceAdapter::line).toList(),
                                        lines.next(),
                                        lines.lost()));
    }

    private static Line line(TraceLine traceLine) {
        return new Line(
                traceLine.number(),
                traceLine.at(),
                traceLine.dialogue(),
                traceLine.who().name().toLowerCase(Locale.ROOT),
                traceLine.text());
    }
}
