package facteur.server.setup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mta.routing.dnsjava.DnsResolver;
import facteur.testkit.dns.LoopbackDns;
import facteur.testkit.dns.Zone;

import org.apache.james.jspf.core.DNSRequest;
import org.apache.james.jspf.core.DNSService;
import org.apache.james.jspf.impl.SPF;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Our evaluation of SPF beside that of Apache jSPF, over the same records. */
class SpfOracleTest {
    private static final String SENDER = "sender.example";
    private static final InetAddress OURS = InetAddress.ofLiteral("192.0.2.10");
    private static final InetAddress SIX = InetAddress.ofLiteral("2001:db8::10");
    private static final int WORLDS = 400;

    /** The records of a world, for the one by way of a server and for the other as they are. */
    private static final class World implements DNSService {
        final Zone zone = new Zone();
        final Map<String, List<String>> records = new HashMap<>();

        World txt(String name, String text) {
            zone.txt(name, text);
            return put(DNSRequest.TXT, name, text);
        }

        World a(String name, String address) {
            zone.a(name, address);
            return put(DNSRequest.A, name, address);
        }

        World aaaa(String name, String address) {
            zone.aaaa(name, address);
            return put(DNSRequest.AAAA, name, address);
        }

        World mx(String name, int preference, String host) {
            zone.mx(name, preference, host);
            return put(DNSRequest.MX, name, host);
        }

        World ptr(InetAddress address, String host) {
            zone.ptr(address, host);
            return put(DNSRequest.PTR, reverse(address), host);
        }

        private World put(int type, String name, String value) {
            records.computeIfAbsent(key(type, name), _ -> new ArrayList<>()).add(value);
            return this;
        }

        private static String key(int type, String name) {
            String lower = name.toLowerCase(Locale.ROOT);
            return type + (lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower);
        }

        private static String reverse(InetAddress address) {
            String[] parts = address.getHostAddress().split("\\.", -1);
            return parts[3] + "." + parts[2] + "." + parts[1] + "." + parts[0] + ".in-addr.arpa";
        }

        @Override
        @SuppressWarnings("NullAway") // to jSPF, null is that there is no such record
        public List<String> getRecords(DNSRequest asked) {
            return records.get(key(asked.getRecordType(), asked.getHostname()));
        }

        @Override
        public CompletionStage<List<String>> getRecordsAsync(DNSRequest asked) {
            return CompletableFuture.completedFuture(getRecords(asked));
        }

        @Override
        public List<String> getLocalDomainNames() {
            return List.of("receiver.example");
        }

        @Override
        public void setTimeOut(int seconds) {}

        @Override
        public int getRecordLimit() {
            return 10;
        }

        @Override
        public void setRecordLimit(int limit) {}

        String oracle(InetAddress address) {
            String result =
                    new SPF(this)
                            .checkSPF(address.getHostAddress(), "news@" + SENDER, "mail." + SENDER)
                            .getResult();
            return switch (result) {
                case "pass" -> "allowed";
                case "fail", "softfail", "neutral" -> "not allowed";
                case "none" -> "none";
                case "permerror" -> "broken";
                default -> result;
            };
        }

        String ours(InetAddress address) throws Exception {
            try (LoopbackDns dns = LoopbackDns.start(zone)) {
                DnsQuestions dnsQuestions =
                        new DnsQuestions(new DnsResolver(List.of(dns.address()), true));
                return switch (Spf.check(dnsQuestions, SENDER, address)) {
                    case Spf.Verdict.Allowed _ -> "allowed";
                    case Spf.Verdict.NotAllowed _ -> "not allowed";
                    case Spf.Verdict.None _ -> "none";
                    case Spf.Verdict.Broken(String why) ->
                            why.contains("without an answer") ? "void" : "broken";
                    case Spf.Verdict.Unclear _ -> "unclear";
                };
            }
        }
    }

    private static World base() {
        return new World()
                .a("a.example", "192.0.2.10")
                .a("b.example", "198.51.100.1")
                .aaaa("six.example", "2001:db8::10")
                .a("10.2.0.192.in-addr.list.example", "127.0.0.2")
                .a("sender.list.example", "127.0.0.2")
                .a("mail.sender.example", "192.0.2.10")
                .mx("sender.example", 10, "mail.sender.example")
                .mx("void.example", 10, "nowhere.example")
                .ptr(OURS, "mail.sender.example")
                .txt("inc.example", "v=spf1 ip4:192.0.2.10 -all")
                .txt("no.example", "v=spf1 -all")
                .txt("loop.example", "v=spf1 include:loop.example -all")
                .txt("bad.example", "v=spf1 ip4:300.1.1.1 -all");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "v=spf1 -all|not allowed",
                "v=spf1 +all|allowed",
                "v=spf1 ?all|not allowed",
                "v=spf1|not allowed",
                "v=spf1 a:a.example -all|allowed",
                "v=spf1 a:b.example/8 -all|not allowed",
                "v=spf1 a:a.example/24 -all|allowed",
                "v=spf1 mx -all|allowed",
                "v=spf1 ptr -all|allowed",
                "v=spf1 ptr:sender.example -all|allowed",
                "v=spf1 ptr:other.example -all|not allowed",
                "v=spf1 include:inc.example -all|allowed",
                "v=spf1 include:no.example -all|not allowed",
                "v=spf1 include:none.example -all|broken",
                "v=spf1 include:loop.example -all|broken",
                "v=spf1 include:bad.example -all|broken",
                "v=spf1 redirect=inc.example|allowed",
                "v=spf1 redirect=none.example|broken",
                "v=spf1 exists:%{ir}.%{v}.list.example -all|allowed",
                "v=spf1 exists:%{d1r}.list.example -all|allowed",
                "v=spf1 include:%{d2}.nothing.example -all|broken",
                "v=spf1 a:mail.%{o} -all|allowed",
                "v=spf1 a:%{x}.example -all|broken",
                "v=spf1 a:x% -all|broken",
                "v=spf1 a:n1.example a:n2.example -all|not allowed",
                "v=spf1 a:n1.example a:n2.example a:n3.example a:a.example -all|void",
                "v=spf1 exists:n1.example mx:void.example -all|not allowed",
                "v=spf1 mx:void.example exists:n1.example mx:n2.example +all|void",
                "v=spf1 unknown -all|broken",
                "v=spf1 unknown=x a:a.example -all|allowed",
            })
    void a_record_says_the_same_to_both(String record, String verdict) throws Exception {
        World world = base().txt(SENDER, record);
        assertEquals(verdict, world.ours(OURS), record);
        if (!verdict.equals("void")) { // jSPF 1.0.5 does not count them (RFC 7208 4.6.4)
            assertEquals(verdict, world.oracle(OURS), record);
        }
    }

    @ParameterizedTest
    @CsvSource({"%{l}", "%{s}", "%{h}", "%{p}"})
    void what_depends_on_a_message_cannot_be_said(String macro) throws Exception {
        assertEquals(
                "unclear", base().txt(SENDER, "v=spf1 exists:" + macro + ".x -all").ours(OURS));
        assertEquals(
                "allowed",
                base().txt(SENDER, "v=spf1 exists:" + macro + ".x a:a.example -all").ours(OURS));
    }

    @Test
    void more_than_ten_hosts_of_a_domain_are_an_error() throws Exception {
        World world = base().txt(SENDER, "v=spf1 mx:many.example -all");
        for (int i = 0; i < 11; i++) {
            world.mx("many.example", i, "m" + i + ".example").a("m" + i + ".example", "192.0.2.10");
        }
        assertEquals("broken", world.ours(OURS));
    }

    @Test
    void an_address_of_ipv6_asks_for_such() throws Exception {
        for (String record :
                List.of(
                        "v=spf1 a:six.example -all",
                        "v=spf1 a:a.example -all",
                        "v=spf1 ip6:2001:db8::/32 -all",
                        "v=spf1 a:six.example//64 -all",
                        "v=spf1 exists:a.example -all",
                        "v=spf1 exists:%{ir}.%{v}.example -all")) {
            World world = base().txt(SENDER, record);
            assertEquals(world.oracle(SIX), world.ours(SIX), record);
        }
    }

    @Test
    void random_records_say_the_same_to_both() throws Exception {
        List<String> terms =
                List.of(
                        "a:a.example",
                        "a:b.example",
                        "a",
                        "mx",
                        "mx:b.example",
                        "ip4:192.0.2.0/25",
                        "ip4:198.51.100.0/24",
                        "ip6:2001:db8::/32",
                        "include:inc.example",
                        "include:no.example",
                        "ptr",
                        "ptr:b.example",
                        "exists:a.example",
                        "exists:%{i}.x.example",
                        "exists:%{ir}.%{v}.list.example",
                        "a:mail.%{d}",
                        "a:%{d1r}.example/24",
                        "exp=why.example",
                        "redirect=inc.example",
                        "redirect=no.example",
                        "x=y",
                        "all",
                        "include:bad.example",
                        "a:six.example");
        Map<String, Integer> verdicts = new HashMap<>();
        for (int seed = 0; seed < WORLDS; seed++) {
            Random random = new Random(seed);
            StringBuilder record = new StringBuilder("v=spf1");
            boolean redirected = false;
            for (int i = random.nextInt(6); i >= 0; i--) {
                String term = terms.get(random.nextInt(terms.size()));
                boolean modifier = term.indexOf('=') > 0;
                if (modifier && redirected) {
                    continue; // twice the same modifier is an error that only jSPF tells
                }
                redirected |= modifier;
                String qualifier =
                        modifier ? "" : List.of("", "+", "-", "~", "?").get(random.nextInt(5));
                record.append(' ').append(qualifier).append(term);
            }
            World world = base().txt(SENDER, record.toString());
            String ours = world.ours(OURS);
            verdicts.merge(ours, 1, Integer::sum);
            if (!ours.equals("void")) {
                assertEquals(world.oracle(OURS), ours, record.toString());
            }
        }
        System.out.println(WORLDS + " records: " + verdicts);
        assertTrue(verdicts.getOrDefault("allowed", 0) > WORLDS / 5, verdicts::toString);
        assertTrue(verdicts.getOrDefault("not allowed", 0) > WORLDS / 5, verdicts::toString);
    }
}
