package facteur.testkit.web;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;

/**
 * Plays a {@link Reader} on a delivered message: asks the tracker for what the reader would ask.
 * Addresses that do not begin with the tracker's public address are never visited, and redirects
 * are never followed, so nothing leaves the laboratory.
 */
public final class ReaderSimulator implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int MAX_LINKS = 1_000;

    private final String publicBase;
    private final String reachableAt;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(Duration.ofSeconds(10))
                    .build();

    /**
     * A simulator for one tracker.
     *
     * @param publicBase what the tracked addresses in messages begin with, such as {@code
     *     https://t.example.org}
     * @param reachableAt where the tracker really listens, such as {@code http://127.0.0.1:8025}
     */
    public ReaderSimulator(URI publicBase, URI reachableAt) {
        this.publicBase = withoutSlash(publicBase);
        this.reachableAt = withoutSlash(reachableAt);
    }

    /** Does all that the reader does: images first, then links. */
    public List<Visit> play(DeliveredMail mail, Reader reader)
            throws IOException, InterruptedException {
        List<Visit> visits = new ArrayList<>();
        if (!reader.imageAgent().isEmpty()) {
            visits.addAll(loadImages(mail, reader));
        }
        visits.addAll(
                switch (reader.sweep()) {
                    case NO_LINK -> List.<Visit>of();
                    case FIRST_LINK ->
                            trackedLinks(mail).isEmpty()
                                    ? List.<Visit>of()
                                    : List.of(click(mail, reader, 0));
                    case GET_ALL -> all(mail, reader, "GET");
                    case HEAD_ALL -> all(mail, reader, "HEAD");
                });
        return visits;
    }

    /** The image addresses that lead to the tracker, in the order of the message. */
    public List<String> trackedImages(DeliveredMail mail) {
        return mail.images().stream().filter(this::tracked).toList();
    }

    /** The links that lead to the tracker, in the order of the message. */
    public List<String> trackedLinks(DeliveredMail mail) {
        return mail.links().stream().filter(this::tracked).limit(MAX_LINKS).toList();
    }

    /** Loads the tracked images of a message. */
    public List<Visit> loadImages(DeliveredMail mail, Reader reader)
            throws IOException, InterruptedException {
        List<Visit> visits = new ArrayList<>();
        for (String image : trackedImages(mail)) {
            visits.add(
                    visit(
                            Visit.Kind.IMAGE,
                            "GET",
                            image,
                            reader.imageAgent(),
                            HttpRequest.BodyPublishers.noBody()));
        }
        return visits;
    }

    /** Follows one tracked link, counted from 0. */
    public Visit click(DeliveredMail mail, Reader reader, int index)
            throws IOException, InterruptedException {
        String link = trackedLinks(mail).get(index);
        return visit(
                Visit.Kind.LINK,
                "GET",
                link,
                reader.linkAgent(),
                HttpRequest.BodyPublishers.noBody());
    }

    /**
     * Unsubscribes with one click, as a mail provider does for its user (RFC 8058).
     *
     * @throws IllegalArgumentException when the message does not offer it on this tracker
     */
    public Visit unsubscribe(DeliveredMail mail) throws IOException, InterruptedException {
        String address = mail.unsubscribe().map(URI::toString).filter(this::tracked).orElse("");
        if (address.isEmpty()) {
            throw new IllegalArgumentException(
                    "no one-click unsubscription at " + publicBase + " in the message");
        }
        return visit(
                Visit.Kind.UNSUBSCRIBE,
                "POST",
                address,
                "Google-Mail-Unsubscribe",
                HttpRequest.BodyPublishers.ofString("List-Unsubscribe=One-Click"));
    }

    private List<Visit> all(DeliveredMail mail, Reader reader, String method)
            throws IOException, InterruptedException {
        List<CompletableFuture<Visit>> running = new ArrayList<>();
        for (String link : trackedLinks(mail)) {
            running.add(
                    begin(
                            Visit.Kind.LINK,
                            method,
                            link,
                            reader.linkAgent(),
                            HttpRequest.BodyPublishers.noBody()));
        }
        List<Visit> visits = new ArrayList<>();
        for (CompletableFuture<Visit> one : running) {
            visits.add(finish(one));
        }
        return visits;
    }

    private Visit visit(
            Visit.Kind kind,
            String method,
            String address,
            String agent,
            HttpRequest.BodyPublisher body)
            throws IOException, InterruptedException {
        return finish(begin(kind, method, address, agent, body));
    }

    private CompletableFuture<Visit> begin(
            Visit.Kind kind,
            String method,
            String address,
            String agent,
            HttpRequest.BodyPublisher body) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(reachable(address))
                        .timeout(TIMEOUT)
                        .header("User-Agent", agent)
                        .method(method, body);
        if (kind == Visit.Kind.UNSUBSCRIBE) {
            request.header("Content-Type", "application/x-www-form-urlencoded");
        }
        long start = System.nanoTime();
        return http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofByteArray())
                .thenApply(
                        answer ->
                                report(
                                        kind,
                                        method,
                                        address,
                                        answer,
                                        Duration.ofNanos(System.nanoTime() - start)));
    }

    private static Visit report(
            Visit.Kind kind,
            String method,
            String address,
            HttpResponse<byte[]> answer,
            Duration took) {
        return new Visit(
                kind,
                method,
                URI.create(address),
                answer.statusCode(),
                answer.headers().firstValue("Location"),
                answer.headers().firstValue("Content-Type").orElse(""),
                answer.body().length,
                answer.headers().firstValue("Set-Cookie").isPresent(),
                took);
    }

    private static Visit finish(CompletableFuture<Visit> running)
            throws IOException, InterruptedException {
        try {
            return running.get();
        } catch (ExecutionException failed) {
            throw new IOException("the tracker did not answer: " + failed.getCause(), failed);
        }
    }

    private boolean tracked(String address) {
        return Stream.of("/", "?").anyMatch(next -> address.startsWith(publicBase + next));
    }

    private URI reachable(String address) {
        return URI.create(reachableAt + address.substring(publicBase.length()));
    }

    private static String withoutSlash(URI base) {
        String text = base.toString();
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    @Override
    public void close() {
        http.close();
    }
}
