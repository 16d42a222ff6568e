package facteur.testkit.web;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * One request a reader made, and what came of it.
 *
 * @param address as it stood in the message
 * @param location where a redirect would have led; it is never followed
 * @param type the answer's Content-Type, empty without one
 * @param bodyBytes the size of the answer's body
 * @param cookie whether the answer tried to set a cookie
 */
public record ReaderVisit(
        Kind kind,
        String method,
        URI address,
        int status,
        Optional<String> location,
        String type,
        int bodyBytes,
        boolean cookie,
        Duration took) {
    /** What the request was for. */
    public enum Kind {
        IMAGE,
        LINK,
        UNSUBSCRIBE
    }

    /**
     * What is wrong with the answer by the tracker's contract: 200 and a GIF for the image, 302
     * with a target for a link, no cookies.
     */
    public Optional<String> problem() {
        if (cookie) {
            return Optional.of("a cookie came with " + this);
        }
        boolean good =
                switch (kind) {
                    case IMAGE -> status == 200 && type.startsWith("image/gif");
                    case LINK -> status == 302 && location.isPresent();
                    case UNSUBSCRIBE -> status >= 200 && status < 300;
                };
        return good ? Optional.empty() : Optional.of("not as promised: " + this);
    }
}
