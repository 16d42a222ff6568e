package facteur.admin;

import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;

import java.io.IOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

/** A browser without script: cookies, redirects, forms. */
final class Browser implements AutoCloseable {
    private final String base;
    private final String language;
    private final HttpClient client =
            HttpClient.newBuilder()
                    .cookieHandler(new CookieManager(null, CookiePolicy.ACCEPT_ALL))
                    .followRedirects(HttpClient.Redirect.NORMAL)
                    .version(HttpClient.Version.HTTP_1_1)
                    .build();

    Browser(String base, String language) {
        this.base = base;
        this.language = language;
    }

    static Browser loggedIn(House house, String language) throws IOException, InterruptedException {
        Browser browser = new Browser(house.url(), language);
        browser.login(AdminAccounts.FIRST, House.PASSWORD);
        return browser;
    }

    HttpResponse<String> login(String name, String password)
            throws IOException, InterruptedException {
        Document form = page("/login");
        return post(
                "/login",
                Map.of(
                        "csrf", form.expectFirst("input[name=csrf]").val(),
                        "name", name,
                        "password", password));
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request(path).GET().build());
    }

    Document page(String path) throws IOException, InterruptedException {
        HttpResponse<String> response = get(path);
        if (response.statusCode() >= 400 || response.body().contains("an error on this server")) {
            throw new AssertionError(path + " answers " + response.statusCode());
        }
        return Jsoup.parse(response.body(), base + path);
    }

    /** The token that a form of a page carries. */
    String token(String path) throws IOException, InterruptedException {
        return page(path).expectFirst("input[name=csrf]").val();
    }

    /** Makes an account, as an admin does on the page of settings; gives its password. */
    String makeAccount(String name, String role) throws IOException, InterruptedException {
        HttpResponse<String> made =
                post(
                        "/settings",
                        Map.of(
                                "csrf",
                                token("/settings"),
                                "action",
                                "account.add",
                                "name",
                                name,
                                "role",
                                role));
        return Jsoup.parse(made.body()).expectFirst(".card.good code").text();
    }

    HttpResponse<String> post(String path, Map<String, String> form)
            throws IOException, InterruptedException {
        String body =
                form.entrySet().stream()
                        .map(field -> field.getKey() + "=" + encode(field.getValue()))
                        .collect(Collectors.joining("&"));
        return send(
                request(path)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build());
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path)).header("Accept-Language", language);
    }

    HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    HttpClient client() {
        return client;
    }

    @Override
    public void close() {
        client.close();
    }
}
