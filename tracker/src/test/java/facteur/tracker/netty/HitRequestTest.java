package facteur.tracker.netty;

import static facteur.tracker.netty.Ground.ANNE;
import static facteur.tracker.netty.Ground.PATIENCE;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.config.unit.Network;
import facteur.mail.event.EngagementEvent;
import facteur.mail.event.EngagementEvent.Audience;
import facteur.mail.token.Token;
import facteur.store.journal.FileOpener;

import io.netty.channel.embedded.EmbeddedChannel;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Who is behind a request. */
class HitRequestTest {
    private static final List<Network> PROXIES =
            List.of(network("127.0.0.0/8"), network("10.0.0.0/8"), network("fd00::/8"));

    private static Network network(String text) {
        return Network.parse(text).orElseThrow();
    }

    @ParameterizedTest(name = "{0} says \"{1}\": {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "127.0.0.1   |                             | 127.0.0.1",
                "127.0.0.1   | 203.0.113.5                 | 203.0.113.5",
                "127.0.0.1   | 2001:db8::7                 | 2001:db8::7",
                // Whoever comes to a proxy of ours may have written the beginning himself.
                "127.0.0.1   | 198.51.100.1, 203.0.113.5   | 203.0.113.5",
                "127.0.0.1   | 10.0.0.9, 203.0.113.5       | 203.0.113.5",
                // Through several proxies of ours.
                "127.0.0.1   | 203.0.113.5, fd00::1, 10.1.1.1 | 203.0.113.5",
                "127.0.0.1   | 10.0.0.7, 10.1.1.1          | 10.0.0.7",
                // As far as it can be read.
                "127.0.0.1   | unknown, 10.1.1.1           | 10.1.1.1",
                "127.0.0.1   | www.example.org             | 127.0.0.1",
                "127.0.0.1   | 203.0.113.5,                | 127.0.0.1",
                "127.0.0.1   | ,,,                         | 127.0.0.1",
                "127.0.0.1   | 203.0.113.5:4711            | 127.0.0.1",
                // Nobody else is believed.
                "192.0.2.1   | 203.0.113.5                 | 192.0.2.1",
                "192.0.2.1   | 203.0.113.5, 10.0.0.7       | 192.0.2.1",
                "2001:db8::1 | 203.0.113.5                 | 2001:db8::1",
            })
    void the_chain_is_believed_from_its_end_and_only_from_proxies_of_ours(
            String peer, String chain, String client) {
        String said = chain == null ? "" : chain;
        EmbeddedChannel channel = new EmbeddedChannel();
        InetAddress address = InetAddress.ofLiteral(peer);
        TrackerConnection trackerConnection =
                new TrackerConnections(Ground.LIMITS)
                        .opened(channel, Ground.plain(PROXIES), address);
        assertTrue(trackerConnection.admit(address));
        HitRequest hitRequest =
                HitRequest.of(
                        HitRequest.Method.GET,
                        "/",
                        name -> name.contentEquals("x-forwarded-for") ? said : "",
                        trackerConnection);
        assertEquals(InetAddress.ofLiteral(client), hitRequest.client());
        channel.close();
    }

    @ParameterizedTest
    @CsvSource({
        "/c/abc, /c/abc",
        "/c/abc?x=http://y/z, /c/abc",
        "http://t.example/c/abc?x=/y, /c/abc",
        "HTTPS://t.example:8443/c/abc, /c/abc",
        "http://t.example, ''",
        "http://t.example?x=1, ''",
        "*, *",
    })
    void a_target_may_be_a_whole_url(String target, String path) {
        EmbeddedChannel channel = new EmbeddedChannel();
        TrackerConnection connection =
                new TrackerConnections(Ground.LIMITS)
                        .opened(channel, Ground.plain(PROXIES), InetAddress.getLoopbackAddress());
        HitRequest hitRequest = HitRequest.of(HitRequest.Method.GET, target, _ -> "", connection);
        assertEquals(path, hitRequest.path());
        channel.close();
    }

    @TempDir private Path directory;

    @Test
    void a_hit_is_judged_by_the_network_that_a_trusted_proxy_names_and_by_no_other()
            throws Exception {
        for (boolean trusted : new boolean[] {true, false}) {
            List<Network> proxies = trusted ? PROXIES : List.of();
            try (Ground ground =
                    new Ground(
                            directory.resolve("trusted-" + trusted),
                            FileOpener.real(),
                            Ground.LIMITS,
                            List.of(Ground.plain(proxies)))) {
                String open = ground.seal.seal(new Token.Open(ANNE));
                // Of the networks of Microsoft's mail filters.
                ground.send(
                        ground.to("/o/" + open)
                                .header("X-Forwarded-For", "198.51.100.1, 40.92.1.1, 10.0.0.7")
                                .GET()
                                .build());
                await().atMost(PATIENCE).until(() -> opened(ground).isPresent());
                EngagementEvent.Opened opened = opened(ground).orElseThrow();
                assertEquals(
                        trusted ? Audience.MACHINE : Audience.HUMAN,
                        opened.audience(),
                        opened::toString);
                assertEquals(
                        trusted, opened.reasons().contains("microsoft-filter"), opened::toString);
            }
        }
    }

    private static Optional<EngagementEvent.Opened> opened(Ground ground) throws Exception {
        return ground.events().stream()
                .filter(EngagementEvent.Opened.class::isInstance)
                .map(EngagementEvent.Opened.class::cast)
                .findFirst();
    }
}
