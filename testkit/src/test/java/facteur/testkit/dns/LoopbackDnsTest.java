package facteur.testkit.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;

class LoopbackDnsTest {
    private final Zone zone = new Zone();
    private LoopbackDns dns;
    private SimpleResolver resolver;

    @BeforeEach
    void start() throws IOException {
        dns = LoopbackDns.start(zone);
        resolver = new SimpleResolver(dns.address());
        resolver.setTimeout(Duration.ofSeconds(5));
    }

    @AfterEach
    void stop() {
        dns.close();
    }

    private Message ask(String name, int type) throws IOException {
        return resolver.send(
                Message.newQuery(
                        Record.newRecord(Name.fromString(name, Name.root), type, DClass.IN)));
    }

    private List<String> data(String name, int type) throws IOException {
        return ask(name, type).getSection(Section.ANSWER).stream()
                .map(Record::rdataToString)
                .sorted()
                .toList();
    }

    @Test
    void all_mail_exchangers_come_with_their_preferences() throws IOException {
        zone.mx("example.lab", 10, "mx1.example.lab").mx("example.lab", 20, "mx2.example.lab");
        assertEquals(
                List.of("10 mx1.example.lab.", "20 mx2.example.lab."),
                data("example.lab", Type.MX));
    }

    @Test
    void names_are_found_in_any_case() throws IOException {
        zone.a("Example.LAB", "127.0.0.2");
        assertEquals(List.of("127.0.0.2"), data("eXample.lab.", Type.A));
    }

    @Test
    void each_type_is_served() throws IOException {
        zone.aaaa("six.lab", "::1")
                .txt("text.lab", "v=spf1 \"quoted\" -all")
                .ptr(InetAddress.ofLiteral("127.0.0.9"), "nine.lab");
        assertEquals(List.of("0:0:0:0:0:0:0:1"), data("six.lab", Type.AAAA));
        assertEquals(List.of("\"v=spf1 \\\"quoted\\\" -all\""), data("text.lab", Type.TXT));
        assertEquals(List.of("nine.lab."), data("9.0.0.127.in-addr.arpa", Type.PTR));
    }

    @Test
    void a_null_mx_is_a_single_dot() throws IOException {
        zone.nullMx("nullmx.lab");
        assertEquals(List.of("0 ."), data("nullmx.lab", Type.MX));
    }

    @Test
    void an_unknown_name_is_nxdomain_with_a_short_negative_time() throws IOException {
        Message reply = ask("nowhere.lab", Type.MX);
        assertEquals(Rcode.NXDOMAIN, reply.getRcode());
        assertEquals(5, reply.getSection(Section.AUTHORITY).getFirst().getTTL());
    }

    @Test
    void a_known_name_without_the_type_is_an_empty_answer() throws IOException {
        zone.a("only-a.lab", "127.0.0.2").a("below.of.lab", "127.0.0.3").empty("void.lab");
        for (String name : List.of("only-a.lab", "of.lab", "void.lab")) {
            Message reply = ask(name, Type.MX);
            assertEquals(Rcode.NOERROR, reply.getRcode(), name);
            assertTrue(reply.getSection(Section.ANSWER).isEmpty(), name);
        }
    }

    @Test
    void an_alias_is_followed_to_its_end() throws IOException {
        zone.cname("www.lab", "alias.lab")
                .cname("alias.lab", "host.lab")
                .a("host.lab", "127.0.0.2");
        assertEquals(List.of("127.0.0.2", "alias.lab.", "host.lab."), data("www.lab", Type.A));
    }

    @Test
    void a_circle_of_aliases_ends() throws IOException {
        zone.cname("a.lab", "b.lab").cname("b.lab", "a.lab");
        assertEquals(Rcode.NOERROR, ask("a.lab", Type.A).getRcode());
    }

    @Test
    void a_wildcard_speaks_for_all_names_below_that_are_not_there_themselves() throws IOException {
        zone.mx("*.gmail.lab", 5, "mx.gmail.lab").mx("own.gmail.lab", 7, "mx.own.lab");
        assertEquals(List.of("5 mx.gmail.lab."), data("team12.gmail.lab", Type.MX));
        assertEquals(List.of("5 mx.gmail.lab."), data("deep.er.gmail.lab", Type.MX));
        assertEquals(List.of("7 mx.own.lab."), data("own.gmail.lab", Type.MX));
        assertEquals(List.of(), data("gmail.lab", Type.MX));
    }

    @Test
    void a_broken_zone_is_servfail_until_it_is_healed() throws IOException {
        zone.a("broken.lab", "127.0.0.2").servfail("broken.lab");
        assertEquals(Rcode.SERVFAIL, ask("broken.lab", Type.A).getRcode());
        zone.heal("broken.lab");
        assertEquals(List.of("127.0.0.2"), data("broken.lab", Type.A));
    }

    @Test
    void a_slow_answer_comes_late_and_holds_no_other_up() throws Exception {
        zone.a("slow.lab", "127.0.0.2")
                .slow("slow.lab", Duration.ofMillis(300))
                .a("fast.lab", "127.0.0.3");
        long start = System.nanoTime();
        var slow =
                resolver.sendAsync(
                        Message.newQuery(
                                Record.newRecord(Name.fromString("slow.lab."), Type.A, DClass.IN)));
        assertEquals(List.of("127.0.0.3"), data("fast.lab", Type.A));
        assertEquals(1, slow.toCompletableFuture().get().getSection(Section.ANSWER).size());
        assertTrue(System.nanoTime() - start >= 300_000_000);
    }

    @Test
    void a_silent_name_is_never_answered() {
        zone.silent("*.lost.lab");
        resolver.setTimeout(Duration.ofMillis(200));
        assertThrows(IOException.class, () -> ask("a.lost.lab", Type.MX));
    }

    @Test
    void a_truncated_answer_is_whole_over_tcp() throws IOException {
        zone.mx("big.lab", 10, "mx.big.lab").truncate("big.lab");
        resolver.setIgnoreTruncation(true);
        assertTrue(ask("big.lab", Type.MX).getHeader().getFlag(Flags.TC));
        resolver.setIgnoreTruncation(false);
        assertEquals(List.of("10 mx.big.lab."), data("big.lab", Type.MX));
        assertEquals(1, dns.queriesOverTcp());
    }

    @Test
    void an_answer_too_large_for_udp_is_truncated_by_itself() throws IOException {
        for (int i = 100; i < 200; i++) {
            zone.mx("huge.lab", i, "a-rather-long-name-for-a-host-" + i + ".huge.lab");
        }
        assertEquals(100, data("huge.lab", Type.MX).size());
        assertEquals(1, dns.queriesOverTcp());
    }

    @Test
    void queries_are_counted_by_name_and_type() throws IOException {
        zone.mx("counted.lab", 1, "mx.lab");
        ask("counted.lab", Type.MX);
        ask("COUNTED.lab", Type.MX);
        ask("counted.lab", Type.A);
        assertEquals(2, dns.queries("counted.lab", Type.MX));
        assertEquals(1, dns.queries("counted.lab", Type.A));
        assertEquals(3, dns.queries());
    }

    @Test
    void the_bytes_on_the_wire_are_those_of_rfc_1035() throws IOException {
        zone.a("a.lab", "127.0.0.2");
        byte[] query =
                HexFormat.of().parseHex("123401000001000000000000" + "0141036c6162000001" + "0001");
        byte[] answer = new byte[100];
        DatagramPacket packet = new DatagramPacket(answer, answer.length);
        try (var socket = new DatagramSocket()) {
            socket.setSoTimeout(5_000);
            socket.send(new DatagramPacket(query, query.length, dns.address()));
            socket.receive(packet);
        }
        String expected =
                "1234"
                        + "8580"
                        + "0001000100000000" // id; answer, authoritative, recursion asked for and
                        // had; counts
                        + "0141036c6162000001"
                        + "0001" // the question, in the asker's case
                        + "c00c"
                        + "0001"
                        + "0001"
                        + "0000003c"
                        + "0004"
                        + "7f000002";
        assertEquals(expected, HexFormat.of().formatHex(answer, 0, packet.getLength()));
    }

    @Test
    void garbage_does_not_stop_the_server() throws IOException {
        try (var socket = new DatagramSocket()) {
            socket.send(new DatagramPacket(new byte[] {1, 2, 3}, 3, dns.address()));
        }
        zone.a("still.lab", "127.0.0.2");
        assertEquals(List.of("127.0.0.2"), data("still.lab", Type.A));
    }

    @Test
    void a_zone_file_says_the_same_as_the_builder() throws IOException {
        dns.close();
        Zone read =
                ZoneFile.parse(
                        """
                        ; a small laboratory
                        $ORIGIN lab.
                        $TTL 30
                        gmail      MX 10 mx.gmail
                        *.gmail    120 IN MX 10 mx.gmail   ; any team
                        mx.gmail   A 127.0.0.2
                        gmail      TXT "v=spf1; -all"
                        none       MX 0 .
                        void       -
                        @          A 127.0.0.3
                        !slow 20ms gmail
                        !servfail  broken
                        """,
                        "test.zone");
        dns = LoopbackDns.start(read);
        resolver = new SimpleResolver(dns.address());
        assertEquals(List.of("10 mx.gmail.lab."), data("gmail.lab", Type.MX));
        assertEquals(List.of("10 mx.gmail.lab."), data("x.gmail.lab", Type.MX));
        assertEquals(
                120, ask("x.gmail.lab", Type.MX).getSection(Section.ANSWER).getFirst().getTTL());
        assertEquals(List.of("\"v=spf1; -all\""), data("gmail.lab", Type.TXT));
        assertEquals(List.of("0 ."), data("none.lab", Type.MX));
        assertEquals(List.of("127.0.0.3"), data("lab", Type.A));
        assertEquals(Rcode.NOERROR, ask("void.lab", Type.A).getRcode());
        assertEquals(Rcode.SERVFAIL, ask("broken.lab", Type.A).getRcode());
    }

    @Test
    void a_bad_line_is_named_with_its_number() {
        var bad =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> ZoneFile.parse("a.lab A 127.0.0.1\nb.lab QX 1\n", "z"));
        assertEquals("z:2: \"QX\" is no record type", bad.getMessage());
        assertThrows(
                IllegalArgumentException.class, () -> ZoneFile.parse("a.lab A 300.0.0.1", "z"));
        assertThrows(IllegalArgumentException.class, () -> ZoneFile.parse("!slow a.lab", "z"));
    }
}
