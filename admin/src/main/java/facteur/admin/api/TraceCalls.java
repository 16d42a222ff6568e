package facteur.admin.api;

import facteur.admin.control.TraceDesk;
import facteur.admin.screen.Desk;
import facteur.admin.web.Response;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Live dialogues, fetched in pieces: each request waits a while for lines. */
final class TraceCalls {
    private final Desk desk;

    TraceCalls(Desk desk) {
        this.desk = desk;
    }

    /** A watch that has begun. */
    record Begun(String id) {}

    Response watch(Call call) throws IOException {
        Map<String, Object> body = call.body();
        String subject = Call.text(body, "subject");
        Optional<TraceDesk.Kind> kind =
                switch (Call.text(body, "kind")) {
                    case "submission" -> Optional.of(TraceDesk.Kind.SUBMISSION);
                    case "delivery" -> Optional.of(TraceDesk.Kind.DELIVERY);
                    default -> Optional.empty();
                };
        if (kind.isEmpty()) {
            return Call.problem(
                    422, "Unprocessable content", "kind: one of submission and delivery");
        }
        desk.orders().note(call.by(body), "trace.watch", List.of(subject));
        try {
            return desk.traces()
                    .watch(kind.get(), subject)
                    .map(id -> Call.json(201, new Begun(id)))
                    .orElseGet(
                            () -> Call.problem(429, "Too many requests", "too many are watching"));
        } catch (IllegalArgumentException e) {
            return Call.problem(422, "Unprocessable content", "subject: " + e.getMessage());
        }
    }

    Response next(Call call) {
        long after =
                call.after()
                        .filter(text -> text.length() < 18)
                        .filter(text -> text.chars().allMatch(c -> c >= '0' && c <= '9'))
                        .filter(text -> !text.isEmpty())
                        .map(Long::parseLong)
                        .orElse(0L);
        try {
            return desk.traces()
                    .next(call.part("id"), after)
                    .map(Call::ok)
                    .orElseGet(() -> Call.missing("trace " + call.part("id")));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Call.problem(503, "Service unavailable", "the server is stopping");
        }
    }
}
