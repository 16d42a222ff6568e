package facteur.config.read;

import facteur.config.unit.ByteSize;
import facteur.config.unit.Durations;
import facteur.config.unit.Endpoint;
import facteur.config.unit.Network;
import facteur.config.unit.Rate;
import facteur.config.yaml.Scalar;
import facteur.mail.address.AddressParser;
import facteur.mail.address.Domain;
import facteur.mail.message.TrackingMode;
import facteur.mail.text.Escaped;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Optional;

/** The kinds of values that stand in a settings file. */
final class SettingScalars {
    static final Scalar<ByteSize> SIZE =
            new Scalar<>("a size with its unit (B, KiB, MiB, GiB)", "25MiB", ByteSize::parse);

    static final Scalar<Duration> TIME =
            new Scalar<>(
                    "a time with its unit (ms, s, m, h, d), longer than nothing",
                    "5m",
                    text -> Durations.parse(text).filter(Duration::isPositive),
                    Durations::format);

    static final Scalar<Rate> RATE =
            new Scalar<>("a number per s, m, h or d", "100/s", Rate::parse);

    static final Scalar<Endpoint> LISTEN =
            new Scalar<>(
                    "an address of this machine and a port", "127.0.0.1:2525", Endpoint::parse);

    static final Scalar<InetAddress> ADDRESS =
            new Scalar<>("an IPv4 or IPv6 address", "192.0.2.10", Network::literal, Network::text);

    static final Scalar<Network> NETWORK =
            new Scalar<>("an address or a network", "10.0.0.0/8", Network::parse);

    static final Scalar<TrackingMode> TRACKING_MODE =
            new Scalar<>(
                    "full, aggregate, hygiene, off", "full", TrackingMode::of, TrackingMode::key);

    // RFC 5321 4.1.1.1 wants a domain or an address literal in EHLO; single labels serve
    // laboratories.
    static final Scalar<String> HOST_NAME =
            new Scalar<>(
                    "a host name of letters, digits, hyphens and dots, at most 253 characters",
                    "mail.example.org",
                    text -> Optional.of(text).filter(SettingScalars::isHostName));

    static final Scalar<String> USER =
            new Scalar<>(
                    "1 to 128 characters without spaces, all of which can be seen",
                    "app",
                    text -> Optional.of(text).filter(SettingScalars::isUser));

    static final Scalar<URI> BASE_URL =
            new Scalar<>(
                    "an http or https URL without query or fragment",
                    "https://t.example.org",
                    SettingScalars::baseUrl);

    private SettingScalars() {}

    private static boolean isUser(String text) {
        return !text.isEmpty()
                && text.length() <= 128
                && text.codePoints().noneMatch(c -> c <= ' ' || Escaped.acts(c));
    }

    static Scalar<Domain> domain(AddressParser.DomainToAscii toAscii) {
        AddressParser parser = new AddressParser(toAscii);
        return new Scalar<>("a domain", "example.org", parser::domainName);
    }

    /** An address with a port, or without one where the protocol has a usual one. */
    static Scalar<Endpoint> server(int defaultPort) {
        return new Scalar<>(
                "an address, with a port if it is not " + defaultPort,
                "127.0.0.1:" + defaultPort,
                text -> Endpoint.parse(text, defaultPort).filter(server -> server.port() > 0));
    }

    private static boolean isHostName(String text) {
        boolean labels =
                text.length() <= 253
                        && java.util.Arrays.stream(text.split("\\.", -1))
                                .allMatch(SettingScalars::isLabel);
        return labels && !text.isEmpty();
    }

    private static boolean isLabel(String label) {
        return !label.isEmpty()
                && label.length() <= 63
                && !label.startsWith("-")
                && !label.endsWith("-")
                && label.chars()
                        .allMatch(c -> c < 0x80 && (Character.isLetterOrDigit(c) || c == '-'));
    }

    private static Optional<URI> baseUrl(String text) {
        try {
            URI url = new URI(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
            boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            boolean plain =
                    url.getHost() != null
                            && url.getRawQuery() == null
                            && url.getRawFragment() == null
                            && url.getRawUserInfo() == null;
            return Optional.of(url).filter(_ -> web && plain);
        } catch (URISyntaxException _) {
            return Optional.empty(); // not a URL: the caller says what is allowed
        }
    }
}
