package facteur.config;

import facteur.config.unit.Endpoint;
import facteur.mail.message.TrackingMode;

import java.net.URI;

/**
 * What is tracked unless message, credential, domain or contact want less.
 *
 * @param baseUrl scheme, host and perhaps a path, without a slash at the end; tracked links and the
 *     pixel begin with it
 * @param textLinks whether bare links in text/plain parts are rewritten too; readers see those as
 *     they are
 * @param sensitiveLinks whether links that look like a password reset, a verification or a one-time
 *     link are rewritten too
 */
public record TrackingSettings(
        URI baseUrl, TrackingMode mode, boolean textLinks, boolean sensitiveLinks) {

    /** Links to the tracker's own listener, of use on this machine only. */
    public static TrackingSettings ofLaboratory(Endpoint tracker) {
        return new TrackingSettings(ownUrl(tracker), TrackingMode.FULL, false, false);
    }

    /** No tracking; the form of a server whose file names no base URL. */
    public static TrackingSettings off(Endpoint tracker) {
        return new TrackingSettings(ownUrl(tracker), TrackingMode.OFF, false, false);
    }

    private static URI ownUrl(Endpoint tracker) {
        Endpoint reachable =
                tracker.address().isAnyLocalAddress() ? Endpoint.loopback(tracker.port()) : tracker;
        return URI.create("http://" + reachable);
    }
}
