package facteur.admin;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;

/** A program before a house of its own, with the token of the command line. */
record Program(House house, HttpClient client, String token) implements AutoCloseable {
    static Program open(Path directory) throws IOException {
        House house = House.open(directory, 0);
        return new Program(
                house,
                HttpClient.newHttpClient(),
                Files.readString(directory.resolve("admin/cli-token")).strip());
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send("GET", path, "");
    }

    HttpResponse<String> send(String method, String path, String body)
            throws IOException, InterruptedException {
        return send(method, path, body, token);
    }

    /**
     * @param key what it says to be known by; empty for nothing
     */
    HttpResponse<String> send(String method, String path, String body, String key)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(house.url() + path))
                        .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (!key.isEmpty()) {
            request.header("Authorization", "Bearer " + key);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
        client.close();
        house.close();
    }
}
