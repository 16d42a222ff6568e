package facteur.server.cli;

import facteur.admin.AdminAccounts;
import facteur.config.Settings;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * The running server, asked through its API. Who may read the token in its data directory may ask:
 * no password is needed on the host.
 */
final class ApiClient {
    private static final ObjectMapper JSON = JsonMapper.builder().build();
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration LONG_PATIENCE = Duration.ofMinutes(6);

    private final URI base;
    private final String token;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    private ApiClient(URI base, String token) {
        this.base = base;
        this.token = token;
    }

    /** The server that runs with these settings. */
    static ApiClient of(Settings settings) throws IOException {
        Path file = AdminAccounts.commandLineToken(settings.dataDir());
        if (!Files.isReadable(file)) {
            throw new UsageError(
                    "no server of this configuration runs, or "
                            + file
                            + " belongs to another user; start it with facteur serve");
        }
        return new ApiClient(
                URI.create("http://" + settings.admin().listen() + "/api/v1"),
                Files.readString(file).strip());
    }

    JsonNode get(String path) throws IOException {
        return ask(request(path).GET().build());
    }

    JsonNode post(String path, Map<String, ?> body) throws IOException {
        return post(path, body, PATIENCE);
    }

    /** For what the server needs minutes to do. */
    JsonNode postAtLength(String path, Map<String, ?> body) throws IOException {
        return post(path, body, LONG_PATIENCE);
    }

    private JsonNode post(String path, Map<String, ?> body, Duration patience) throws IOException {
        return ask(
                request(path)
                        .timeout(patience)
                        .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
                        .build());
    }

    /** Values as the API would give them. */
    static JsonNode tree(Object value) {
        return JSON.valueToTree(value);
    }

    JsonNode delete(String path, Map<String, String> body) throws IOException {
        return ask(
                request(path)
                        .method(
                                "DELETE",
                                HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
                        .build());
    }

    /** A text as a part of a path or a query. */
    static String part(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path))
                .timeout(PATIENCE)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json");
    }

    private JsonNode ask(HttpRequest request) throws IOException {
        HttpResponse<String> answer;
        try {
            answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (java.net.ConnectException e) {
            throw new IOException("nobody answers at " + base + "; is facteur serve running?", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while asking " + base, e);
        }
        JsonNode body =
                answer.body().isEmpty() ? JSON.createObjectNode() : JSON.readTree(answer.body());
        if (answer.statusCode() >= 400) {
            String detail =
                    body.path("detail")
                            .asString(body.path("title").asString("status " + answer.statusCode()));
            throw new IOException(request.uri().getPath() + ": " + detail);
        }
        return body;
    }
}
