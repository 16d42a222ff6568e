package facteur.config;

import facteur.config.unit.Endpoint;
import facteur.config.unit.Network;

import java.util.List;
import java.util.Optional;

/**
 * The admin's web surface: UI, API, metrics, health.
 *
 * @param initialPassword of the user {@code admin} at first start; empty: made and printed once
 * @param hosts names under which it may be asked for, besides its own address; guards against DNS
 *     rebinding
 * @param trustedProxies whose X-Forwarded-For is believed
 */
public record AdminSettings(
        Endpoint listen,
        Optional<Secret> initialPassword,
        Language defaultLanguage,
        List<String> hosts,
        List<Network> trustedProxies) {
    public static final AdminSettings DEFAULTS =
            new AdminSettings(
                    Endpoint.loopback(8080), // reached by a proxy or a tunnel
                    Optional.empty(),
                    Language.EN, // where the browser asks for neither
                    List.of(),
                    ListenerSettings.PROXIES); // local processes reach it anyway

    public AdminSettings {
        hosts = List.copyOf(hosts);
        trustedProxies = List.copyOf(trustedProxies);
    }

    /** The same at another address. */
    public AdminSettings withListen(Endpoint other) {
        return new AdminSettings(other, initialPassword, defaultLanguage, hosts, trustedProxies);
    }

    /** The languages the admin speaks. */
    public enum Language {
        EN,
        FR
    }
}
