package facteur.tracker.netty;

import facteur.tracker.netty.TrackerResponse.Field;
import facteur.tracker.netty.TrackerResponse.Status;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Everything that the tracker can answer. Nothing is kept by caches, nothing is remembered by
 * browsers.
 */
final class TrackerResponses {
    /** One transparent pixel, 43 octets. */
    private static final byte[] GIF =
            Base64.getDecoder()
                    .decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==");

    /** The form of the button that declines to be measured. */
    static final String DECLINE = "tracking=off";

    private static final byte[] NOTHING = new byte[0];

    // no-store alone would do for browsers; Gmail's proxy fetches again only when told all of it.
    private static final List<Field> ALWAYS =
            List.of(
                    new Field("Cache-Control", "no-store, no-cache, private, max-age=0"),
                    new Field("X-Content-Type-Options", "nosniff"),
                    new Field("Referrer-Policy", "no-referrer"),
                    new Field("X-Robots-Tag", "noindex"));

    static final TrackerResponse PIXEL =
            answer(
                    Status.OK,
                    "image/gif",
                    GIF,
                    new Field("Cross-Origin-Resource-Policy", "cross-origin"));

    static final TrackerResponse ROBOTS =
            answer(
                    Status.OK,
                    "text/plain",
                    "User-agent: *\nDisallow: /\n".getBytes(StandardCharsets.US_ASCII));

    static final TrackerResponse BAD_REQUEST = answer(Status.BAD_REQUEST, "text/plain", NOTHING);

    static final TrackerResponse HEAD_TOO_LARGE =
            answer(Status.HEAD_TOO_LARGE, "text/plain", NOTHING);

    static final TrackerResponse CONTENT_TOO_LARGE =
            answer(Status.CONTENT_TOO_LARGE, "text/plain", NOTHING);

    private static final TrackerResponse ONLY_READING =
            answer(
                    Status.METHOD_NOT_ALLOWED,
                    "text/plain",
                    NOTHING,
                    new Field("Allow", "GET, HEAD"));

    private static final TrackerResponse READING_AND_POST =
            answer(
                    Status.METHOD_NOT_ALLOWED,
                    "text/plain",
                    NOTHING,
                    new Field("Allow", "GET, HEAD, POST"));

    private static final TrackerResponse REDIRECT = answer(Status.FOUND, "text/plain", NOTHING);

    private TrackerResponses() {}

    static TrackerResponse redirect(String location) {
        return REDIRECT.with(new Field("Location", location));
    }

    static TrackerResponse methodNotAllowed(boolean postToo) {
        return postToo ? READING_AND_POST : ONLY_READING;
    }

    static TrackerResponse notFound(boolean french) {
        return page(
                Status.NOT_FOUND,
                french,
                french ? "Lien inconnu" : "Unknown link",
                french
                        ? "Ce lien est incomplet ou n’existe pas. Rien n’a été enregistré."
                        : "This link is incomplete or does not exist. Nothing was recorded.",
                "");
    }

    static TrackerResponse unsubscribePage(boolean french) {
        return page(
                Status.OK,
                french,
                french ? "Se désinscrire" : "Unsubscribe",
                french
                        ? "Vous ne recevrez plus les campagnes de cet expéditeur à cette adresse."
                        : "You will not get this sender’s campaigns at this address any more.",
                "<form method=\"post\"><button>"
                        + (french ? "Confirmer la désinscription" : "Confirm")
                        + "</button></form><p>"
                        + (french
                                ? "Ou restez abonné, sans que vos lectures soient mesurées :"
                                : "Or stay subscribed, without being measured:")
                        + "</p><form method=\"post\"><input type=\"hidden\" name=\"tracking\""
                        + " value=\"off\"><button>"
                        + (french ? "Ne plus mesurer" : "Do not measure me")
                        + "</button></form>");
    }

    static TrackerResponse unsubscribed(boolean french) {
        return page(
                Status.OK,
                french,
                french ? "C’est fait" : "Done",
                french ? "Votre désinscription est enregistrée." : "You are unsubscribed.",
                "");
    }

    static TrackerResponse declined(boolean french) {
        return page(
                Status.OK,
                french,
                french ? "C’est fait" : "Done",
                french
                        ? "Vos lectures et vos clics ne sont plus enregistrés, y compris pour les"
                                + " messages déjà reçus."
                        : "What you open and follow is not recorded any more, in messages that you"
                                + " have already, too.",
                "");
    }

    static TrackerResponse tryLater(boolean french) {
        // The one 5xx: a 200 would tell a one-click client that it is done, and it is not.
        TrackerResponse page =
                page(
                        Status.UNAVAILABLE,
                        french,
                        french ? "Un instant" : "Not yet",
                        french
                                ? "Votre choix n’a pas pu être enregistré. Merci de réessayer"
                                        + " dans quelques minutes."
                                : "This could not be recorded. Please try again in some minutes.",
                        "<form method=\"post\"><button>"
                                + (french ? "Réessayer" : "Try again")
                                + "</button></form>");
        return page.with(new Field("Retry-After", "120"));
    }

    private static TrackerResponse page(
            Status status, boolean french, String title, String text, String more) {
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
        return answer(
                status,
                "text/html; charset=utf-8",
                html.getBytes(StandardCharsets.UTF_8),
                new Field(
                        "Content-Security-Policy",
                        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self';"
                                + " frame-ancestors 'none'"));
    }

    private static TrackerResponse answer(Status status, String type, byte[] body, Field... more) {
        List<Field> fields = new ArrayList<>();
        fields.add(new Field("Content-Type", type));
        fields.addAll(ALWAYS);
        fields.addAll(List.of(more));
        return TrackerResponse.of(status, fields, body);
    }
}
