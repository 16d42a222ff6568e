package facteur.tracker.netty;

import facteur.mail.token.LinkTarget;
import facteur.mail.token.Token;
import facteur.mail.token.TokenSeal;
import facteur.tracker.engagement.Hit;

import io.netty.util.AsciiString;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Decides what is answered, and hands over what must be recorded. Nothing that a request says comes
 * back, but the target that its token holds.
 */
final class TrackerRequests {
    private static final int MAX_AGENT = 300;
    private static final String OPEN = "/o/";
    private static final String CLICK = "/c/";
    private static final String UNSUBSCRIBE = "/u/";

    private static final AsciiString USER_AGENT = AsciiString.cached("user-agent");
    private static final AsciiString ACCEPT_LANGUAGE = AsciiString.cached("accept-language");
    private static final AsciiString OPT_OUT = AsciiString.cached("sec-gpc");
    private static final AsciiString[] PURPOSES = {
        AsciiString.cached("sec-purpose"),
        AsciiString.cached("purpose"),
        AsciiString.cached("x-purpose"),
        AsciiString.cached("x-moz")
    };

    private final TrackerDependencies with;

    TrackerRequests(TrackerDependencies with) {
        this.with = with;
    }

    /** Whether the form of a request is wanted: {@link #unsubscribe} answers those. */
    static boolean takesForm(HitRequest hitRequest) {
        return hitRequest.method() == HitRequest.Method.POST
                && hitRequest.path().startsWith(UNSUBSCRIBE);
    }

    /** The answer to whatever does not carry a form. */
    TrackerResponse answer(HitRequest hitRequest) {
        String path = hitRequest.path();
        if (!hitRequest.reads()) {
            return TrackerResponses.methodNotAllowed(path.startsWith(UNSUBSCRIBE));
        }
        if (path.startsWith(OPEN)) {
            return open(hitRequest, path.substring(OPEN.length()));
        }
        if (path.startsWith(CLICK)) {
            return click(hitRequest, path.substring(CLICK.length()));
        }
        if (path.startsWith(UNSUBSCRIBE)) {
            boolean genuine =
                    unsealed(path.substring(UNSUBSCRIBE.length()))
                            .filter(Token.Unsubscribe.class::isInstance)
                            .isPresent();
            return genuine
                    ? TrackerResponses.unsubscribePage(isFrench(hitRequest))
                    : refused(hitRequest);
        }
        return path.equals("/robots.txt")
                ? TrackerResponses.ROBOTS
                : TrackerResponses.notFound(isFrench(hitRequest));
    }

    private Optional<Token> unsealed(String path) {
        TokenSeal seal = with.seal().get();
        return TokenText.readings(TokenText.of(path))
                .flatMap(text -> seal.unseal(text).stream())
                .findFirst();
    }

    /**
     * The pixel is always a pixel: a broken picture would tell the reader what the sender got
     * wrong.
     */
    private TrackerResponse open(HitRequest hitRequest, String sealed) {
        Optional<Token> token =
                unsealed(sealed)
                        .filter(t -> t instanceof Token.Open || t instanceof Token.AnonymousOpen);
        if (token.isPresent()) {
            with.figures().pixels().increment();
            with.recorder().record(hit(hitRequest, token.get()));
        } else {
            guessed(hitRequest);
        }
        return TrackerResponses.PIXEL;
    }

    private TrackerResponse click(HitRequest hitRequest, String sealed) {
        Optional<Token> token = unsealed(sealed);
        Optional<String> target = token.flatMap(TrackerRequests::target);
        if (target.isEmpty()) {
            return refused(hitRequest);
        }
        with.figures().redirects().increment();
        with.recorder().record(hit(hitRequest, token.orElseThrow()));
        return TrackerResponses.redirect(LinkTarget.location(target.get()));
    }

    private static Optional<String> target(Token token) {
        return switch (token) {
            case Token.Click(_, _, String url) -> Optional.of(url);
            case Token.AnonymousClick(_, _, String url) -> Optional.of(url);
            case Token.Open _, Token.AnonymousOpen _, Token.Unsubscribe _, Token.ReturnPath _ ->
                    Optional.empty();
        };
    }

    private void guessed(HitRequest hitRequest) {
        with.figures().refused().increment();
        with.guesses().accept(hitRequest.client());
    }

    private TrackerResponse refused(HitRequest hitRequest) {
        guessed(hitRequest);
        return TrackerResponses.notFound(isFrench(hitRequest));
    }

    /**
     * RFC 8058: the POST acts, and is answered once that is on disk. Whatever the form says it
     * unsubscribes, but for that of the page's button that only declines to be measured.
     */
    CompletableFuture<TrackerResponse> unsubscribe(HitRequest hitRequest, String form) {
        boolean french = isFrench(hitRequest);
        Optional<Token> token = unsealed(hitRequest.path().substring(UNSUBSCRIBE.length()));
        if (!(token.orElse(null) instanceof Token.Unsubscribe(var recipient))) {
            return CompletableFuture.completedFuture(refused(hitRequest));
        }
        if (form.equals(TrackerResponses.DECLINE)) {
            return with.recorder()
                    .trackingDeclined(recipient, with.clock().instant())
                    .handle(
                            (_, failure) ->
                                    failure == null
                                            ? TrackerResponses.declined(french)
                                            : TrackerResponses.tryLater(french));
        }
        String means = form.contains("List-Unsubscribe=One-Click") ? "one-click" : "page";
        return with.recorder()
                .unsubscribed(recipient, with.clock().instant(), means)
                .handle(
                        (_, failure) -> {
                            if (failure != null) {
                                return TrackerResponses.tryLater(french);
                            }
                            with.figures().unsubscribes().increment();
                            return TrackerResponses.unsubscribed(french);
                        });
    }

    private Hit hit(HitRequest hitRequest, Token token) {
        String said = hitRequest.fields().get(USER_AGENT);
        return new Hit(
                token,
                Instant.ofEpochMilli(with.clock().millis()),
                hitRequest.client(),
                hitRequest
                        .connection()
                        .agent(said.length() <= MAX_AGENT ? said : said.substring(0, MAX_AGENT)),
                hitRequest.method() == HitRequest.Method.HEAD,
                isPrefetch(hitRequest),
                hitRequest.fields().get(OPT_OUT).strip().equals("1"));
    }

    private static boolean isPrefetch(HitRequest hitRequest) {
        for (AsciiString field : PURPOSES) {
            String purpose = hitRequest.fields().get(field).toLowerCase(Locale.ROOT);
            if (purpose.contains("prefetch")
                    || purpose.contains("preview")
                    || purpose.contains("prerender")) {
                return true;
            }
        }
        return false;
    }

    private static boolean isFrench(HitRequest hitRequest) {
        return hitRequest.fields().get(ACCEPT_LANGUAGE).toLowerCase(Locale.ROOT).startsWith("fr");
    }
}
