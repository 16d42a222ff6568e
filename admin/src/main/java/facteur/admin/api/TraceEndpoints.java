package facteur.admin.api;

import facteur.admin.control.LiveTraces;
import facteur.admin.screen.ScreenContext;
import facteur.admin.web.Response;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Live dialogues, fetched in pieces: each request waits a while for lines. */
final class TraceEndpoints {
    private final ScreenContext screenContext;

    TraceEndpoints(ScreenContext screenContext) {
        this.screenContext = screenContext;
    }

    /** A watch that has begun. */
    record Begun(String id) {}

    Response watch(ApiRequest apiRequest) throws IOException {
        Map<String, Object> body = apiRequest.body();
        String subject = ApiRequest.text(body, "subject");
        Optional<LiveTraces.Kind> kind =
                switch (ApiRequest.text(body, "kind")) {
                    case "submission" -> Optional.of(LiveTraces.Kind.SUBMISSION);
                    case "delivery" -> Optional.of(LiveTraces.Kind.DELIVERY);
                    default -> Optional.empty();
                };
        if (kind.isEmpty()) {
            return ApiRequest.problem(
                    422, "Unprocessable content", "kind: one of submission and delivery");
        }
        screenContext.orders().note(apiRequest.by(body), "trace.watch", List.of(subject));
        try {
            return screenContext
                    .traces()
                    .watch(kind.get(), subject)
                    .map(id -> ApiRequest.json(201, new Begun(id)))
                    .orElseGet(
                            () ->
                                    ApiRequest.problem(
                                            429, "Too many requests", "too many are watching"));
        } catch (IllegalArgumentException e) {
            return ApiRequest.problem(422, "Unprocessable content", "subject: " + e.getMessage());
        }
    }

    Response next(ApiRequest apiRequest) {
        long after =
                apiRequest
                        .after()
                        .filter(text -> text.length() < 18)
                        .filter(text -> text.chars().allMatch(c -> c >= '0' && c <= '9'))
                        .filter(text -> !text.isEmpty())
                        .map(Long::parseLong)
                        .orElse(0L);
        try {
            return screenContext
                    .traces()
                    .next(apiRequest.part("id"), after)
                    .map(ApiRequest::ok)
                    .orElseGet(() -> ApiRequest.missing("trace " + apiRequest.part("id")));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ApiRequest.problem(503, "Service unavailable", "the server is stopping");
        }
    }
}
