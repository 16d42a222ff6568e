package facteur.admin.web;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds what answers a path. Patterns are literal but for parts in braces, which take one part of
 * the path each, decoded: {@code /contacts/{id}}.
 *
 * @param <H> what is found
 */
public final class PathRouter<H> {
    private final List<Route<H>> routes = new ArrayList<>();

    private record Route<H>(String method, String[] parts, H handler) {}

    /** A handler, and what stood in place of the parts in braces. */
    public record Found<H>(H handler, Map<String, String> parts) {
        public Found {
            parts = Map.copyOf(parts);
        }
    }

    public PathRouter<H> add(String method, String pattern, H handler) {
        routes.add(new Route<>(method, pattern.split("/", -1), handler));
        return this;
    }

    /** HEAD finds what GET would. */
    public Optional<Found<H>> find(String method, String path) {
        String wanted = method.equals("HEAD") ? "GET" : method;
        List<String> parts = PathParts.of(path).orElse(List.of());
        return routes.stream()
                .filter(route -> route.method().equals(wanted))
                .flatMap(route -> match(route, parts).stream())
                .findFirst();
    }

    /** The methods that a path has. */
    public List<String> methods(String path) {
        List<String> parts = PathParts.of(path).orElse(List.of());
        return routes.stream()
                .filter(route -> match(route, parts).isPresent())
                .map(Route::method)
                .distinct()
                .sorted()
                .toList();
    }

    private static <H> Optional<Found<H>> match(Route<H> route, List<String> parts) {
        if (route.parts().length != parts.size()) {
            return Optional.empty();
        }
        Map<String, String> found = new HashMap<>();
        for (int i = 0; i < parts.size(); i++) {
            String wanted = route.parts()[i];
            boolean named = wanted.startsWith("{");
            if (named && !parts.get(i).isEmpty()) {
                found.put(wanted.substring(1, wanted.length() - 1), parts.get(i));
            } else if (named || !wanted.equals(parts.get(i))) {
                return Optional.empty();
            }
        }
        return Optional.of(new Found<>(route.handler(), found));
    }
}
