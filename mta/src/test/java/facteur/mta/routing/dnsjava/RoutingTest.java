package facteur.mta.routing.dnsjava;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.config.unit.Network;
import facteur.mail.address.Domain;
import facteur.mta.routing.AddressPolicy;
import facteur.mta.routing.Route;
import facteur.mta.routing.Router;
import facteur.mta.routing.Router.HostAddresses;
import facteur.testkit.dns.LoopbackDns;
import facteur.testkit.dns.Zone;
import facteur.testkit.time.ManualTime;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Type;

import java.net.InetAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** What the router makes of what a name server says, over real DNS on loopback. */
class RoutingTest {
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final ManualTime time = ManualTime.start();
    private final Zone zone = new Zone();
    private LoopbackDns dns;
    private Router router;

    @BeforeEach
    void start() throws Exception {
        zone.mx("plain.example", 10, "MX1.Plain.Example")
                .mx("plain.example", 20, "mx2.plain.example")
                .a("mx1.plain.example", "8.8.8.1")
                .aaaa("mx1.plain.example", "2606:4700::1");
        zone.mx("sister.example", 5, "mx2.plain.example")
                .mx("sister.example", 6, "mx1.plain.example");
        zone.nullMx("null.example");
        zone.mx("odd.example", 0, ".").mx("odd.example", 10, "mx1.plain.example");
        zone.a("implicit.example", "8.8.8.2");
        zone.aaaa("six.example", "2606:4700::2");
        zone.txt("nothing.example", "no mail here");
        zone.cname("alias.example", "plain.example");
        zone.cname("dangling.example", "gone.example");
        zone.cname("loop.example", "loop2.example").cname("loop2.example", "loop.example");
        zone.mx("ours.example", 10, "our.mx.example").mx("ours.example", 20, "mx1.plain.example");
        zone.mx("backup.example", 10, "mx1.plain.example")
                .mx("backup.example", 20, "our.mx.example");
        zone.a("our.mx.example", "8.8.8.3");
        zone.servfail("broken.example");
        zone.silent("silent.example");
        zone.mx("large.example", 10, "mx1.plain.example").truncate("large.example");
        for (int i = 0; i < 60; i++) {
            zone.mx("many.example", i, "mx" + i + ".many.example");
            zone.a("crowd.example", "8.8.9." + i);
        }
        zone.a("mixed.example", "10.0.0.1").a("mixed.example", "8.8.8.4");
        zone.a("private.example", "192.168.0.1").aaaa("private.example", "::1");
        zone.mx("nohost.example", 10, "missing.example");
        dns = LoopbackDns.start(zone);
        router = router(List.of());
    }

    private Router router(List<Network> allowed) throws Exception {
        return new Router(
                new DnsResolver(List.of(dns.address()), true, PATIENCE),
                Set.of("our.mx.example"),
                new AddressPolicy(allowed),
                new Random(1),
                time::nanoTime);
    }

    @AfterEach
    void stop() {
        dns.close();
    }

    private Route route(String domain) throws Exception {
        return router.route(new Domain(domain)).get(20, TimeUnit.SECONDS);
    }

    private HostAddresses addresses(String host) throws Exception {
        return router.addresses(host).get(20, TimeUnit.SECONDS);
    }

    private static String told(Route route) {
        return switch (route) {
            case Route.Hosts(String site, var hosts) ->
                    site
                            + ": "
                            + hosts.stream()
                                    .map(Route.MxHost::name)
                                    .collect(Collectors.joining(" "));
            case Route.NullMx _ -> "null";
            case Route.NoSuchDomain(boolean believed) -> believed ? "none, believed" : "none";
            case Route.Ourselves _ -> "ourselves";
            case Route.TryLater _ -> "later";
            case Route.NoAnswer _ -> "no answer";
        };
    }

    @ParameterizedTest
    @CsvSource({
        "plain.example, (mx1|mx2).plain.example: mx1.plain.example mx2.plain.example",
        "sister.example, (mx1|mx2).plain.example: mx2.plain.example mx1.plain.example",
        "null.example, null",
        "odd.example, mx1.plain.example: mx1.plain.example",
        "implicit.example, implicit.example: implicit.example",
        "six.example, six.example: six.example",
        "nothing.example, none",
        "unknown.example, none",
        "alias.example, (mx1|mx2).plain.example: mx1.plain.example mx2.plain.example",
        "dangling.example, none",
        "loop.example, later",
        "ours.example, ourselves",
        "our.mx.example, ourselves",
        "backup.example, mx1.plain.example: mx1.plain.example",
        "broken.example, later",
        "silent.example, later",
        "large.example, mx1.plain.example: mx1.plain.example",
        "[192.0.2.1], [192.0.2.1]: [192.0.2.1]"
    })
    void a_domain_has_the_route_that_the_dns_says(String domain, String told) throws Exception {
        assertEquals(told, told(route(domain)));
    }

    @Test
    void a_truncated_answer_is_asked_for_again_by_tcp() throws Exception {
        assertInstanceOf(Route.Hosts.class, route("large.example"));
        assertTrue(dns.queriesOverTcp() > 0);
    }

    @Test
    void of_very_many_hosts_and_addresses_some_are_enough() throws Exception {
        Route.Hosts many = assertInstanceOf(Route.Hosts.class, route("many.example"));
        assertEquals(20, many.hosts().size());
        assertEquals("mx0.many.example", many.hosts().getFirst().name());
        var crowd = assertInstanceOf(HostAddresses.Usable.class, addresses("crowd.example"));
        assertEquals(20, crowd.addresses().size());
    }

    @Test
    void equal_hosts_take_turns_by_chance() throws Exception {
        for (int i = 0; i < 4; i++) {
            zone.mx("equal.example", 10, "mx" + i + ".plain.example");
        }
        zone.mx("equal.example", 5, "first.plain.example");
        Set<String> seconds = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            Route.Hosts hosts = assertInstanceOf(Route.Hosts.class, route("equal.example"));
            assertEquals("first.plain.example", hosts.hosts().getFirst().name());
            seconds.add(hosts.hosts().get(1).name());
        }
        assertEquals(4, seconds.size());
        assertEquals(1, dns.queries("equal.example", Type.MX), "asked once");
    }

    @Test
    void an_answer_is_kept_for_a_minute_at_least_and_an_hour_at_most() throws Exception {
        zone.ttl(Duration.ofSeconds(1)).mx("short.example", 10, "mx1.plain.example");
        zone.ttl(Duration.ofDays(7)).mx("long.example", 10, "mx1.plain.example");
        assertAsked("short.example", Duration.ofSeconds(59), 1);
        assertAsked("short.example", Duration.ofSeconds(2), 2);
        assertAsked("long.example", Duration.ofMinutes(59), 1);
        assertAsked("long.example", Duration.ofMinutes(2), 2);
        assertAsked("unknown.example", Duration.ofMinutes(4), 1);
        assertAsked("unknown.example", Duration.ofMinutes(2), 2);
    }

    /** Asks, lets time pass, asks again; so often the DNS was asked in all. */
    private void assertAsked(String domain, Duration pause, long times) throws Exception {
        Route before = route(domain);
        time.advance(pause);
        assertEquals(told(before), told(route(domain)));
        assertEquals(times, dns.queries(domain, Type.MX), domain + " after " + pause);
    }

    @Test
    void what_was_known_serves_on_for_a_day_while_the_dns_is_broken() throws Exception {
        String known = told(route("plain.example"));
        assertInstanceOf(HostAddresses.Usable.class, addresses("mx1.plain.example"));
        time.advance(Duration.ofHours(2));
        zone.servfail("plain.example").servfail("mx1.plain.example");
        assertEquals(known, told(route("plain.example")));
        var stale = assertInstanceOf(HostAddresses.Usable.class, addresses("mx1.plain.example"));
        assertEquals(2, stale.addresses().size());
        time.advance(Duration.ofHours(23));
        assertEquals("later", told(route("plain.example")));
        assertInstanceOf(HostAddresses.Unknown.class, addresses("mx1.plain.example"));
        zone.heal("plain.example");
        time.advance(Duration.ofSeconds(16));
        assertEquals(known, told(route("plain.example")));
    }

    @Test
    void a_resolver_that_answers_nothing_at_all_is_told_from_a_domain_that_has_no_answer()
            throws Exception {
        String known = told(route("plain.example"));
        addresses("mx1.plain.example");
        time.advance(Duration.ofHours(2));
        dns.close();
        assertEquals("no answer", told(route("sister.example")));
        assertInstanceOf(HostAddresses.Unanswered.class, addresses("mx2.plain.example"));
        assertInstanceOf(Router.Trouble.Silent.class, router.trouble().orElseThrow());
        assertEquals(known, told(route("plain.example")), "what was known serves on");
        assertInstanceOf(HostAddresses.Usable.class, addresses("mx1.plain.example"));
    }

    @Test
    void an_answer_that_the_domain_is_gone_is_believed() throws Exception {
        route("plain.example");
        zone.remove("plain.example").remove("mx1.plain.example");
        zone.txt("plain.example", "closed");
        time.advance(Duration.ofHours(2));
        assertEquals("none", told(route("plain.example")));
    }

    @Test
    void that_a_domain_does_not_exist_is_believed_when_it_was_said_three_times_ten_minutes_apart()
            throws Exception {
        assertEquals("none", told(route("unknown.example")));
        time.advance(Duration.ofMinutes(6)); // not from memory, and too soon to count
        assertEquals("none", told(route("unknown.example")));
        time.advance(Duration.ofMinutes(6));
        assertEquals("none", told(route("unknown.example")));
        time.advance(Duration.ofMinutes(6));
        assertEquals("none", told(route("unknown.example")));
        time.advance(Duration.ofMinutes(6));
        assertEquals("none, believed", told(route("unknown.example")));
        zone.mx("unknown.example", 10, "mx1.plain.example");
        time.advance(Duration.ofMinutes(6));
        assertEquals("mx1.plain.example: mx1.plain.example", told(route("unknown.example")));
        zone.remove("unknown.example");
        time.advance(Duration.ofHours(2));
        assertEquals("none", told(route("unknown.example")), "it begins anew");
    }

    @Test
    void when_domains_that_had_hosts_are_denied_together_it_is_the_resolver() throws Exception {
        for (int i = 0; i < 5; i++) {
            zone.mx("good" + i + ".example", 10, "mx1.plain.example");
            assertEquals(
                    "mx1.plain.example: mx1.plain.example", told(route("good" + i + ".example")));
        }
        time.advance(Duration.ofHours(2));
        for (int i = 0; i < 4; i++) {
            zone.remove("good" + i + ".example");
        }
        assertEquals("none", told(route("good0.example")));
        assertEquals("none", told(route("good1.example")));
        assertEquals(Optional.empty(), router.trouble());
        assertEquals(
                "mx1.plain.example: mx1.plain.example",
                told(route("good2.example")),
                "what was known serves on");
        assertEquals(Optional.of(new Router.Trouble.Denying(3)), router.trouble());
        assertEquals("no answer", told(route("unknown.example")), "nobody is believed to be gone");
        zone.mx("good2.example", 10, "mx2.plain.example");
        time.advance(Duration.ofSeconds(16));
        assertEquals("mx2.plain.example: mx2.plain.example", told(route("good2.example")));
        assertEquals(Optional.empty(), router.trouble());
        assertEquals("none", told(route("unknown.example")));
    }

    @Test
    void addresses_of_both_families_are_found_and_private_ones_counted() throws Exception {
        assertEquals(
                new HostAddresses.Usable(
                        List.of(
                                InetAddress.ofLiteral("8.8.8.1"),
                                InetAddress.ofLiteral("2606:4700::1")),
                        0),
                addresses("mx1.plain.example"));
        assertEquals(
                new HostAddresses.Usable(List.of(InetAddress.ofLiteral("8.8.8.4")), 1),
                addresses("mixed.example"));
        assertEquals(new HostAddresses.Usable(List.of(), 2), addresses("private.example"));
        assertEquals(new HostAddresses.Usable(List.of(), 1), addresses("[10.0.0.1]"));
        assertEquals(new HostAddresses.Usable(List.of(), 1), addresses("[ipv6:::1]"));
        assertEquals(
                new HostAddresses.Usable(List.of(InetAddress.ofLiteral("8.8.8.8")), 0),
                addresses("[8.8.8.8]"));
    }

    @Test
    void a_laboratory_allows_its_network() throws Exception {
        router = router(List.of(Network.parse("10.0.0.0/8").orElseThrow()));
        assertEquals(
                2,
                assertInstanceOf(HostAddresses.Usable.class, addresses("mixed.example"))
                        .addresses()
                        .size());
    }

    @Test
    void a_host_without_address_is_told_alike_when_asked_twice() throws Exception {
        HostAddresses first = addresses("missing.example");
        assertEquals(new HostAddresses.Usable(List.of(), 0), first);
        assertEquals(first, addresses("missing.example"));
        assertInstanceOf(HostAddresses.Unknown.class, addresses("broken.example"));
    }
}
