package facteur.admin.api;

import facteur.admin.access.Visitor;
import facteur.admin.jackson.Json;
import facteur.admin.order.OperatorActions;
import facteur.admin.web.Query;
import facteur.admin.web.Request;
import facteur.admin.web.Response;
import facteur.mail.text.NameOrId;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * One request of a program.
 *
 * @param parts what stood in the path
 */
record ApiRequest(Request request, Map<String, String> parts, Visitor visitor, Instant now) {
    private static final int LIMIT = 100;
    static final int MOST = 1000;
    private static final int BODY = 1 << 20;

    ApiRequest {
        parts = Map.copyOf(parts);
    }

    Query query() {
        return request.query();
    }

    String part(String name) {
        return parts.getOrDefault(name, "");
    }

    boolean robots() {
        return query().isOn("robots");
    }

    /** How many items a page holds: {@code limit}, 1 to 1000, 100 by default. */
    int limit() {
        return query().first("limit").map(Integer::parseInt).orElse(LIMIT);
    }

    Optional<String> after() {
        return query().first("after");
    }

    /** The object that was posted; empty when nothing was. */
    Map<String, Object> body() throws IOException {
        byte[] octets = request.body().read(BODY);
        try {
            return octets.length == 0 ? Map.of() : Json.object(octets);
        } catch (IOException e) {
            throw new BadBody(String.valueOf(e.getMessage()), e);
        }
    }

    OperatorActions.By by(Map<String, Object> body) {
        return new OperatorActions.By(visitor, request.from(), text(body, "why"));
    }

    /** The text under a name; empty when there is none. */
    static String text(Map<String, Object> body, String name) {
        return body.get(name) instanceof String text ? text.strip() : "";
    }

    static Response ok(Object value) {
        return json(200, value);
    }

    static Response json(int status, Object value) {
        return Response.of(status, "application/json", Json.write(value));
    }

    /** RFC 9457. */
    record Problem(String type, String title, int status, String detail) {}

    static Response problem(int status, String title, String detail) {
        return Response.of(
                status,
                "application/problem+json",
                Json.write(new Problem("about:blank", title, status, detail)));
    }

    static Response missing(String what) {
        return problem(404, "Not found", "there is no " + what);
    }

    /** Nothing is called so, see {@link NameOrId}. */
    static Response unknown(String kind, String called) {
        return NameOrId.parse(called).isPresent()
                ? missing(kind + " " + called)
                : missing(kind + " " + called + ": " + NameOrId.problem(called));
    }

    /**
     * A page of a list.
     *
     * @param next to be given as {@code after}; empty when this is the last page
     */
    record Items(List<?> items, Optional<String> next) {
        Items {
            items = List.copyOf(items);
        }
    }

    /**
     * A page of what was found, of which one more than {@link #limit} was asked for.
     *
     * @param cursor by which the next page is asked for, of the last that is shown
     * @param shapes what those that are shown look like
     */
    <T> Response page(
            List<T> found, Function<T, String> cursor, Function<Stream<T>, Stream<?>> shapes) {
        boolean more = found.size() > limit();
        List<T> shown = more ? found.subList(0, limit()) : found;
        return ok(
                new Items(
                        shapes.apply(shown.stream()).toList(),
                        more ? Optional.of(cursor.apply(shown.getLast())) : Optional.empty()));
    }

    /** What was posted cannot be read. */
    static final class BadBody extends IOException {
        private static final long serialVersionUID = 1;

        BadBody(String why, IOException cause) {
            super(why, cause);
        }
    }
}
