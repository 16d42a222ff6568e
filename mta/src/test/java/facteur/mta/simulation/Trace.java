package facteur.mta.simulation;

import facteur.mta.delivery.Connector;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Optional;

/** What happened lately; put into words only where somebody wants to read it. */
final class Trace {
    private static final int MOST = 4_000;

    private final InstantSource world;
    private final Instant begun;
    private final Deque<Line> lines = new ArrayDeque<>();
    private final IdentityHashMap<Connector.OutboundSession, Integer> sessions =
            new IdentityHashMap<>();

    private record Line(Instant at, Optional<Connector.OutboundSession> session, String text) {}

    Trace(InstantSource world) {
        this.world = world;
        this.begun = world.instant();
    }

    void tell(String text) {
        add(new Line(world.instant(), Optional.empty(), text));
    }

    void tell(Connector.OutboundSession session, String text) {
        add(new Line(world.instant(), Optional.of(session), text));
    }

    private void add(Line line) {
        if (lines.size() == MOST) {
            lines.remove();
        }
        lines.add(line);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Line line : lines) {
            text.append(Duration.between(begun, line.at())).append(' ');
            line.session()
                    .ifPresent(
                            session ->
                                    text.append(session.host())
                                            .append(" #")
                                            .append(
                                                    sessions.computeIfAbsent(
                                                            session, _ -> sessions.size() + 1))
                                            .append(' '));
            text.append(line.text()).append('\n');
        }
        return text.toString();
    }
}
