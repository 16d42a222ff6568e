package facteur.admin;

import facteur.admin.web.Response;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Style sheets, scripts and icons, as they stand in the jar. */
final class Assets {
    private static final Map<String, String> TYPES =
            Map.of(
                    "css", "text/css; charset=utf-8",
                    "js", "text/javascript; charset=utf-8",
                    "svg", "image/svg+xml",
                    "yaml", "application/yaml",
                    "txt", "text/plain; charset=utf-8");

    private final Map<String, byte[]> known = new ConcurrentHashMap<>();

    /**
     * @param name below the folder of assets, such as {@code facteur.css}
     */
    Optional<Response> find(String name) throws IOException {
        String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
        boolean plain =
                name.chars().allMatch(c -> Character.isLetterOrDigit(c) || "./-_".indexOf(c) >= 0);
        if (type == null || !plain || name.contains("..")) {
            return Optional.empty();
        }
        byte[] octets = known.get(name);
        if (octets == null) {
            try (InputStream in = Assets.class.getResourceAsStream("static/" + name)) {
                if (in == null) {
                    return Optional.empty();
                }
                octets = in.readAllBytes();
            }
            known.put(name, octets);
        }
        // Vendored files carry their version in their name.
        String kept =
                name.startsWith("vendor/") ? "public, max-age=31536000, immutable" : "no-cache";
        return Optional.of(
                Response.of(200, type, octets)
                        .with("Cache-Control", kept)
                        .with("ETag", "\"" + java.util.Arrays.hashCode(octets) + "\""));
    }
}
