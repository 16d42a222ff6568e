package facteur.admin.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

class WebTest {
    @Test
    void a_query_keeps_order_and_is_written_as_it_was_read() {
        Query query = Query.parse("status=sent&q=a%20b%26c&campaigns=3,1,2&empty=");
        assertEquals(List.of("3", "1", "2"), query.list("campaigns"));
        assertEquals(Optional.of("a b&c"), query.first("q"));
        assertEquals(Optional.empty(), query.first("empty"));
        assertEquals("?status=sent&q=a%20b%26c&campaigns=3,1,2", query.behind());
        assertEquals(
                "?status=opened&q=a%20b%26c",
                query.with("status", "opened").without("campaigns").behind());
        assertEquals("", Query.EMPTY.behind());
    }

    @Test
    void only_a_trusted_proxy_says_for_whom_it_asks() {
        InetAddress proxy = InetAddress.ofLiteral("10.0.0.5");
        Predicate<InetAddress> ours = address -> address.getHostAddress().startsWith("10.0.0.");
        Map.of(
                        "", "10.0.0.5",
                        "192.0.2.1", "192.0.2.1",
                        "1.1.1.1, 192.0.2.1", "192.0.2.1",
                        "1.1.1.1,192.0.2.1 , 10.0.0.6", "192.0.2.1",
                        "10.0.0.7", "10.0.0.7",
                        "nonsense", "10.0.0.5",
                        "192.0.2.1, nonsense", "10.0.0.5",
                        "2001:db8::1", "2001:db8:0:0:0:0:0:1")
                .forEach(
                        (said, expected) ->
                                assertEquals(
                                        expected,
                                        Forwarded.client(proxy, said, ours).getHostAddress(),
                                        said));
        InetAddress stranger = InetAddress.ofLiteral("192.0.2.9");
        assertEquals(stranger, Forwarded.client(stranger, "127.0.0.1", ours));
    }

    @Test
    void a_broken_query_is_read_as_far_as_it_goes() {
        assertEquals(Optional.of("50%"), Query.parse("x=50%").first("x"));
        assertEquals(Optional.of("%zz"), Query.parse("x=%zz&&=&y").first("x"));
        assertTrue(Query.parse("a&".repeat(2000) + "x=1").first("x").isEmpty());
    }

    @Test
    void a_path_finds_its_handler_and_the_parts_in_braces() {
        PathRouter<String> pathRouter =
                new PathRouter<String>()
                        .add("GET", "/campaigns", "list")
                        .add("GET", "/campaigns/{id}", "one")
                        .add("POST", "/campaigns/{id}", "change")
                        .add("GET", "/campaigns/{id}/contacts", "contacts");
        assertEquals("list", pathRouter.find("HEAD", "/campaigns").orElseThrow().handler());
        assertEquals(
                Map.of("id", "7"),
                pathRouter.find("GET", "/campaigns/7/contacts").orElseThrow().parts());
        assertEquals("change", pathRouter.find("POST", "/campaigns/7").orElseThrow().handler());
        assertEquals(Optional.empty(), pathRouter.find("GET", "/campaigns/"));
        assertEquals(Optional.empty(), pathRouter.find("DELETE", "/campaigns/7"));
        assertEquals(List.of("GET", "POST"), pathRouter.methods("/campaigns/7"));
    }
}
