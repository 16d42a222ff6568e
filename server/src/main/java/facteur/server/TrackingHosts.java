package facteur.server;

import facteur.config.TrackerSettings;
import facteur.config.TrackingHost;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The certificates of the tracking hosts, by name. A reload may name others; the files themselves
 * are looked at as {@link LiveCertificate} says.
 */
final class TrackingHosts {
    private final Supplier<LiveCertificate.Files> elsewhere;
    private volatile Chosen chosen;

    private record Chosen(Map<String, LiveCertificate> byName, LiveCertificate otherwise) {}

    /**
     * @param elsewhere the files of the certificate that the other listeners show, for when no host
     *     is named
     * @throws IOException when a certificate cannot be used
     */
    TrackingHosts(TrackerSettings settings, Supplier<LiveCertificate.Files> elsewhere)
            throws IOException {
        this.elsewhere = elsewhere;
        this.chosen = choose(settings);
    }

    /**
     * Takes other hosts.
     *
     * @throws IOException when one of their certificates cannot be used; then nothing changes
     */
    void configure(TrackerSettings settings) throws IOException {
        chosen = choose(settings);
    }

    /** The context for the name that a client asks for; empty where it asks for none. */
    SslContext forName(String name) {
        Chosen now = chosen;
        return now.byName()
                .getOrDefault(name.toLowerCase(Locale.ROOT), now.otherwise())
                .get()
                .orElseThrow();
    }

    private Chosen choose(TrackerSettings settings) throws IOException {
        Map<String, LiveCertificate> byName = new LinkedHashMap<>();
        for (TrackingHost host : settings.hosts()) {
            LiveCertificate.Files files =
                    new LiveCertificate.Files(
                            host.certificate().certificate(), host.certificate().key());
            byName.put(host.name(), new LiveCertificate(() -> files, TrackingHosts::http));
        }
        LiveCertificate otherwise =
                byName.isEmpty()
                        ? new LiveCertificate(elsewhere, TrackingHosts::http)
                        : byName.values().iterator().next();
        return new Chosen(Map.copyOf(byName), otherwise);
    }

    /** HTTP/2 is agreed on by ALPN (RFC 9113 3.2). */
    private static SslContextBuilder http(SslContextBuilder builder) {
        return builder.applicationProtocolConfig(
                new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        ApplicationProtocolNames.HTTP_2,
                        ApplicationProtocolNames.HTTP_1_1));
    }
}
