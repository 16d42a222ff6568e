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
 * Plays a {@link MailReader} on a delivered message: asks the tracker for what the reader would
 * ask. Addresses that do not begin with the tracker's public address are never visited, and
 * redirects are never followed, so nothing leaves the laboratory.
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
    public List<ReaderVisit> play(DeliveredMail mail, MailReader mailReader)
            throws IOException, InterruptedException {
        List<ReaderVisit> visits = new ArrayList<>();
        if (!mailReader.imageAgent().isEmpty()) {
            visits.addAll(loadImages(mail, mailReader));
        }
        visits.addAll(
                switch (mailReader.sweep()) {
                    case NO_LINK -> List.<ReaderVisit>of();
                    case FIRST_LINK ->
                            trackedLinks(mail).isEmpty()
                                    ? List.<ReaderVisit>of()
                                    : List.of(click(mail, mailReader, 0));
                    case GET_ALL -> all(mail, mailReader, "GET");
                    case HEAD_ALL -> all(mail, mailReader, "HEAD");
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
    public List<ReaderVisit> loadImages(DeliveredMail mail, MailReader mailReader)
            throws IOException, InterruptedException {
        List<ReaderVisit> visits = new ArrayList<>();
        for (String image : trackedImages(mail)) {
            visits.add(
                    visit(
                            ReaderVisit.Kind.IMAGE,
                            "GET",
                            image,
                            mailReader.imageAgent(),
                            HttpRequest.BodyPublishers.noBody()));
        }
        return visits;
    }

    /** Follows one tracked link, counted from 0. */
    public ReaderVisit click(DeliveredMail mail, MailReader mailReader, int index)
            throws IOException, InterruptedException {
        String link = trackedLinks(mail).get(index);
        return visit(
                ReaderVisit.Kind.LINK,
                "GET",
                link,
                mailReader.linkAgent(),
                HttpRequest.BodyPublishers.noBody());
    }

    /**
     * Unsubscribes with one click, as a mail provider does for its user (RFC 8058).
     *
     * @throws IllegalArgumentException when the message does not offer it on this tracker
     */
    public ReaderVisit unsubscribe(DeliveredMail mail) throws IOException, InterruptedException {
        String address = mail.unsubscribe().map(URI::toString).filter(this::tracked).orElse("");
        if (address.isEmpty()) {
            throw new IllegalArgumentException(
                    "no one-click unsubscription at " + publicBase + " in the message");
        }
        return visit(
                ReaderVisit.Kind.UNSUBSCRIBE,
                "POST",
                address,
                "Google-Mail-Unsubscribe",
                HttpRequest.BodyPublishers.ofString("List-Unsubscribe=One-Click"));
    }

    private List<ReaderVisit> all(DeliveredMail mail, MailReader mailReader, String method)
            throws IOException, InterruptedException {
        List<CompletableFuture<ReaderVisit>> running = new ArrayList<>();
        for (String link : trackedLinks(mail)) {
            running.add(
                    begin(
                            ReaderVisit.Kind.LINK,
                            method,
                            link,
                            mailReader.linkAgent(),
                            HttpRequest.BodyPublishers.noBody()));
        }
        List<ReaderVisit> visits = new ArrayList<>();
        for (CompletableFuture<ReaderVisit> one : running) {
            visits.add(finish(one));
        }
        return visits;
    }

    private ReaderVisit visit(
            ReaderVisit.Kind kind,
            String method,
            String address,
            String agent,
            HttpRequest.BodyPublisher body)
            throws IOException, InterruptedException {
        return finish(begin(kind, method, address, agent, body));
    }

    private CompletableFuture<ReaderVisit> begin(
            ReaderVisit.Kind kind,
            String method,
            String address,
            String agent,
            HttpRequest.BodyPublisher body) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(reachable(address))
                        .timeout(TIMEOUT)
                        .header("User-Agent", agent)
                        .method(method, body);
        if (kind == ReaderVisit.Kind.UNSUBSCRIBE) {
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

    private static ReaderVisit report(
            ReaderVisit.Kind kind,
            String method,
            String address,
            HttpResponse<byte[]> answer,
            Duration took) {
        return new ReaderVisit(
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

    private static ReaderVisit finish(CompletableFuture<ReaderVisit> running)
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
