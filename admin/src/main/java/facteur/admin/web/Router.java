package facteur.admin.web;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds what answers a path. Patterns are literal but for parts in braces, which take one part of
 * the path each: {@code /contacts/{id}}.
 *
 * @param <H> what is found
 */
public final class Router<H> {
    private final List<Route<H>> routes = new ArrayList<>();

    private record Route<H>(String method, String[] parts, H handler) {}

    /** A handler, and what stood in place of the parts in braces. */
    public record Found<H>(H handler, Map<String, String> parts) {
        public Found {
            parts = Map.copyOf(parts);
        }
    }

    public Router<H> add(String method, String pattern, H handler) {
        routes.add(new Route<>(method, pattern.split("/", -1), handler));
        return this;
    }

    /** HEAD finds what GET would. */
    public Optional<Found<H>> find(String method, String path) {
        String wanted = method.equals("HEAD") ? "GET" : method;
        String[] parts = path.split("/", -1);
        return routes.stream()
                .filter(route -> route.method().equals(wanted))
                .flatMap(route -> match(route, parts).stream())
                .findFirst();
    }

    /** The methods that a path has. */
    public List<String> methods(String path) {
        String[] parts = path.split("/", -1);
        return routes.stream()
                .filter(route -> match(route, parts).isPresent())
                .map(Route::method)
                .distinct()
                .sorted()
                .toList();
    }

    private static <H> Optional<Found<H>> match(Route<H> route, String[] parts) {
        if (route.parts().length != parts.length) {
            return Optional.empty();
        }
        Map<String, String> found = new HashMap<>();
        for (int i = 0; i < parts.length; i++) {
            String wanted = route.parts()[i];
            boolean named = wanted.startsWith("{");
            if (named && !parts[i].isEmpty()) {
                found.put(wanted.substring(1, wanted.length() - 1), parts[i]);
            } else if (named || !wanted.equals(parts[i])) {
                return Optional.empty();
            }
        }
        return Optional.of(new Found<>(route.handler(), found));
    }
}
