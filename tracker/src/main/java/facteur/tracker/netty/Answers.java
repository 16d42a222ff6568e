package facteur.tracker.netty;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Everything that the tracker can answer. Nothing is kept by caches, nothing is remembered by
 * browsers.
 */
final class Answers {
    /** One transparent pixel, 43 octets. */
    private static final byte[] GIF =
            Base64.getDecoder()
                    .decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==");

    private Answers() {}

    static FullHttpResponse pixel() {
        FullHttpResponse response = response(HttpResponseStatus.OK, "image/gif", GIF);
        response.headers().set("Cross-Origin-Resource-Policy", "cross-origin");
        return response;
    }

    static FullHttpResponse redirect(String location) {
        FullHttpResponse response = response(HttpResponseStatus.FOUND, "text/plain", new byte[0]);
        response.headers().set(HttpHeaderNames.LOCATION, location);
        return response;
    }

    static FullHttpResponse robots() {
        return response(
                HttpResponseStatus.OK,
                "text/plain",
                "User-agent: *\nDisallow: /\n".getBytes(StandardCharsets.US_ASCII));
    }

    static FullHttpResponse badRequest() {
        return response(HttpResponseStatus.BAD_REQUEST, "text/plain", new byte[0]);
    }

    static FullHttpResponse methodNotAllowed(boolean postToo) {
        FullHttpResponse response =
                response(HttpResponseStatus.METHOD_NOT_ALLOWED, "text/plain", new byte[0]);
        response.headers().set(HttpHeaderNames.ALLOW, postToo ? "GET, HEAD, POST" : "GET, HEAD");
        return response;
    }

    static FullHttpResponse notFound(boolean french) {
        return page(
                HttpResponseStatus.NOT_FOUND,
                french,
                french ? "Lien inconnu" : "Unknown link",
                french
                        ? "Ce lien est incomplet ou n’existe pas. Rien n’a été enregistré."
                        : "This link is incomplete or does not exist. Nothing was recorded.",
                "");
    }

    static FullHttpResponse unsubscribePage(boolean french) {
        return page(
                HttpResponseStatus.OK,
                french,
                french ? "Se désinscrire" : "Unsubscribe",
                french
                        ? "Vous ne recevrez plus les campagnes de cet expéditeur à cette adresse."
                        : "You will not get this sender’s campaigns at this address any more.",
                "<form method=\"post\"><button>"
                        + (french ? "Confirmer la désinscription" : "Confirm")
                        + "</button></form>");
    }

    static FullHttpResponse unsubscribed(boolean french) {
        return page(
                HttpResponseStatus.OK,
                french,
                french ? "C’est fait" : "Done",
                french ? "Votre désinscription est enregistrée." : "You are unsubscribed.",
                "");
    }

    static FullHttpResponse tryLater(boolean french) {
        return page(
                HttpResponseStatus.OK,
                french,
                french ? "Un instant" : "Not yet",
                french
                        ? "Votre désinscription n’a pas pu être enregistrée. Merci de réessayer"
                                + " dans quelques minutes."
                        : "This could not be recorded. Please try again in some minutes.",
                "<form method=\"post\"><button>"
                        + (french ? "Réessayer" : "Try again")
                        + "</button></form>");
    }

    private static FullHttpResponse page(
            HttpResponseStatus status, boolean french, String title, String text, String more) {
        String html =
                """
                <!doctype html>
                <html lang="%s"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
                <title>%s</title>
                <style>body{font:1.1rem/1.6 system-ui,sans-serif;max-width:34rem;margin:18vh auto;padding:0 1.2rem;color:#1f2733;background:#fff}
                button{font:inherit;padding:.6em 1.2em;border:0;border-radius:.4em;background:#1d5b9b;color:#fff;cursor:pointer}
                @media(prefers-color-scheme:dark){body{color:#e6eaf0;background:#14181e}}</style></head>
                <body><h1>%s</h1><p>%s</p>%s</body></html>
                """
                        .formatted(french ? "fr" : "en", title, title, text, more);
        FullHttpResponse response =
                response(status, "text/html; charset=utf-8", html.getBytes(StandardCharsets.UTF_8));
        response.headers()
                .set(
                        "Content-Security-Policy",
                        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self';"
                                + " frame-ancestors 'none'");
        return response;
    }

    private static FullHttpResponse response(HttpResponseStatus status, String type, byte[] body) {
        FullHttpResponse response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(body));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, type)
                .set(HttpHeaderNames.CONTENT_LENGTH, body.length)
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store, no-cache, private, max-age=0")
                .set("X-Content-Type-Options", "nosniff")
                .set("Referrer-Policy", "no-referrer")
                .set("X-Robots-Tag", "noindex");
        return response;
    }
}
