package facteur.server.cli;

import facteur.admin.AdminAccounts;
import facteur.config.read.ServerLocation;
import facteur.config.unit.Endpoint;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.URLEncoder;
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
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration LONG_PATIENCE = Duration.ofMinutes(6);
    private static final String ROOT = "/api/v1";

    private final Endpoint listen;
    private final String token;
    private final Duration most;

    private ApiClient(Endpoint listen, String token, Duration most) {
        this.listen = listen;
        this.token = token;
        this.most = most;
    }

    /** The same, that gives up earlier. */
    ApiClient within(Duration time) {
        return new ApiClient(listen, token, time);
    }

    /** The server that runs with these settings. */
    static ApiClient of(ServerLocation server) throws IOException {
        Path file = AdminAccounts.commandLineToken(server.dataDir());
        if (!Files.isReadable(file)) {
            throw new UsageError(
                    "no server of this configuration runs, or "
                            + file
                            + " belongs to another user; start it with facteur serve");
        }
        return new ApiClient(server.admin(), Files.readString(file).strip(), LONG_PATIENCE);
    }

    JsonNode get(String path) throws IOException {
        return ask("GET", path, Map.of(), PATIENCE);
    }

    JsonNode post(String path, Map<String, ?> body) throws IOException {
        return ask("POST", path, body, PATIENCE);
    }

    /** For what the server needs minutes to do. */
    JsonNode postAtLength(String path, Map<String, ?> body) throws IOException {
        return ask("POST", path, body, LONG_PATIENCE);
    }

    JsonNode delete(String path, Map<String, String> body) throws IOException {
        return ask("DELETE", path, body, PATIENCE);
    }

    /** A text as a part of a path or a query. */
    static String part(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private JsonNode ask(String method, String path, Map<String, ?> body, Duration patience)
            throws IOException {
        String base = "http://" + listen + ROOT;
        PlainHttp.Answer answer;
        try {
            answer =
                    PlainHttp.ask(
                            address(),
                            new PlainHttp.Request(
                                    method,
                                    ROOT + path,
                                    listen.toString(),
                                    Map.of(
                                            "Authorization",
                                            "Bearer " + token,
                                            "Content-Type",
                                            "application/json"),
                                    body.isEmpty() ? "" : JsonText.of(JsonText.tree(body))),
                            patience.compareTo(most) < 0 ? patience : most);
        } catch (ConnectException e) {
            throw new IOException("nobody answers at " + base + "; is facteur serve running?", e);
        } catch (SocketTimeoutException e) {
            throw new IOException(
                    base + path + ": no answer within " + patience.toSeconds() + " s", e);
        }
        JsonNode told = JsonText.read(answer.body().isEmpty() ? "{}" : answer.body());
        if (answer.status() >= 400) {
            String detail =
                    told.path("detail")
                            .asString(told.path("title").asString("status " + answer.status()));
            throw new IOException(ROOT + path.replaceFirst("\\?.*", "") + ": " + detail);
        }
        return told;
    }

    /** A server that listens everywhere is asked here. */
    private InetSocketAddress address() {
        return listen.address().isAnyLocalAddress()
                ? new InetSocketAddress(InetAddress.getLoopbackAddress(), listen.port())
                : listen.toSocketAddress();
    }
}
