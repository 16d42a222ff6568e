package facteur.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.admin.jackson.Json;
import facteur.mail.event.EngagementEvent.Audience;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

import java.io.InputStream;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Replays the API's contract, openapi.yaml, against the server. */
class ContractTest {
    @TempDir private static Path directory;
    private static Program program;
    private static House house;
    private static Map<?, ?> contract;
    private static String recipient;

    @BeforeAll
    static void open() throws Exception {
        program = Program.open(directory);
        house = program.house();
        new Town(house.store()).fill(Instant.now());
        Mailing mailing = new Mailing(house.store());
        var id = mailing.accepted(Mailing.Letter.of("api"), "paul@example.org", Instant.now());
        mailing.rendered(id, Instant.now(), 2, true);
        mailing.deferred(id, Instant.now(), Instant.now().plusSeconds(60));
        mailing.delivered(id, Instant.now().plusSeconds(60));
        mailing.opened(id, Instant.now().plusSeconds(70), Audience.HUMAN);
        mailing.clicked(id, Instant.now().plusSeconds(80), Audience.MACHINE, "https://x.example/");
        mailing.write();
        recipient = id.toString();
        try (InputStream in = AdminServer.class.getResourceAsStream("static/openapi.yaml")) {
            contract =
                    (Map<?, ?>)
                            new Load(LoadSettings.builder().build())
                                    .loadFromInputStream(java.util.Objects.requireNonNull(in));
        }
    }

    @AfterAll
    static void close() {
        program.close();
    }

    private static HttpResponse<String> send(String method, String path, String body, String key)
            throws Exception {
        return program.send(method, "/api/v1" + path, body, key);
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return send("GET", path, "", program.token());
    }

    private static Map<String, Object> object(HttpResponse<String> response) throws Exception {
        return Json.object(response.body().getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void the_contract_names_every_path_and_no_other() {
        List<String> named = new ArrayList<>();
        child(contract, "paths")
                .forEach(
                        (path, methods) ->
                                ((Map<?, ?>) methods)
                                        .keySet()
                                        .forEach(
                                                method ->
                                                        named.add(
                                                                String.valueOf(method)
                                                                                .toUpperCase(
                                                                                        java.util
                                                                                                .Locale
                                                                                                .ROOT)
                                                                        + " "
                                                                        + path)));
        assertEquals(house.apiPaths().stream().sorted().toList(), named.stream().sorted().toList());
    }

    /** What the contract says of each operation, by method and path. */
    private static Map<String, Map<?, ?>> operations() {
        Map<String, Map<?, ?>> operations = new java.util.TreeMap<>();
        child(contract, "paths")
                .forEach(
                        (path, methods) ->
                                ((Map<?, ?>) methods)
                                        .forEach(
                                                (method, operation) ->
                                                        operations.put(
                                                                String.valueOf(method)
                                                                                .toUpperCase(
                                                                                        java.util
                                                                                                .Locale
                                                                                                .ROOT)
                                                                        + " "
                                                                        + path,
                                                                (Map<?, ?>) operation)));
        return operations;
    }

    @Test
    void every_operation_has_a_name_of_its_own_and_says_how_it_may_be_refused() {
        List<String> names = new ArrayList<>();
        operations()
                .forEach(
                        (what, operation) -> {
                            names.add(String.valueOf(operation.get("operationId")));
                            Map<?, ?> responses = child(operation, "responses");
                            List<String> wanted = new ArrayList<>(List.of("400", "401"));
                            if (String.valueOf(operation.get("description"))
                                    .contains("Needs the role")) {
                                wanted.add("403");
                            }
                            if (operation.containsKey("requestBody")) {
                                wanted.add("413");
                            }
                            wanted.forEach(
                                    status ->
                                            assertTrue(
                                                    responses.containsKey(status),
                                                    what + " does not say " + status));
                            responses.forEach(
                                    (status, response) -> {
                                        resolved(response)
                                                .keySet()
                                                .forEach(
                                                        key ->
                                                                assertTrue(
                                                                        List.of(
                                                                                        "description",
                                                                                        "content")
                                                                                .contains(key),
                                                                        what + " " + key));
                                        if (!status.toString().startsWith("2")) {
                                            child(resolved(response), "content")
                                                    .forEach(
                                                            (_, media) ->
                                                                    assertTrue(
                                                                            ((Map<?, ?>) media)
                                                                                    .containsKey(
                                                                                            "example"),
                                                                            what + " " + status));
                                        }
                                    });
                        });
        assertEquals(house.apiPaths().size(), names.size());
        assertEquals(names.size(), names.stream().distinct().count());
        names.forEach(name -> assertTrue(name.matches("[a-z][A-Za-z]+"), name));
    }

    @Test
    void the_contract_names_every_parameter_of_a_query_and_no_other() {
        operations()
                .forEach(
                        (what, operation) -> {
                            List<String> named = new ArrayList<>();
                            Object parameters = operation.get("parameters");
                            for (Object entry :
                                    parameters == null ? List.of() : (List<?>) parameters) {
                                Map<?, ?> parameter = resolved(entry);
                                if ("query".equals(parameter.get("in"))) {
                                    named.add(String.valueOf(parameter.get("name")));
                                }
                            }
                            if (named.contains("wish")) {
                                named.add("in."); // a family of names, which no contract can say
                            }
                            assertEquals(
                                    house.apiParameters(what).stream().sorted().toList(),
                                    named.stream().sorted().toList(),
                                    what);
                        });
    }

    @Test
    void what_the_contract_needs_is_named_when_it_is_missing() throws Exception {
        List<String> needed = new ArrayList<>();
        for (Map.Entry<String, Map<?, ?>> operation : operations().entrySet()) {
            Object parameters = operation.getValue().get("parameters");
            for (Object entry : parameters == null ? List.of() : (List<?>) parameters) {
                Map<?, ?> parameter = resolved(entry);
                if ("query".equals(parameter.get("in"))
                        && Boolean.TRUE.equals(parameter.get("required"))) {
                    String path = operation.getKey().substring("GET ".length());
                    needed.add(path + " " + parameter.get("name"));
                    for (String query : List.of("", "?" + parameter.get("name") + "=%20")) {
                        HttpResponse<String> answer = get(path + query);
                        assertEquals(400, answer.statusCode(), path + query);
                        assertEquals(
                                parameter.get("name") + ": is needed and missing",
                                object(answer).get("detail"));
                    }
                }
            }
        }
        assertEquals(
                List.of("/deliverability/records domain", "/rules/classify reply"),
                needed.stream().sorted().toList());
    }

    @TestFactory
    Stream<DynamicTest> every_parameter_that_is_not_known_or_not_understood_is_refused() {
        return Map.ofEntries(
                        Map.entry("/campaigns?subject=x", "subject: no parameter of this call"),
                        Map.entry("/campaigns?serch=x", "serch: "),
                        Map.entry("/campaigns?sort=newst", "did you mean newest?"),
                        Map.entry("/campaigns?from=yesterday", "from: \"yesterday\" is no day"),
                        Map.entry("/campaigns?after=x", "after: \"x\""),
                        Map.entry("/campaigns/id:1?robot=1", "did you mean robots?"),
                        Map.entry("/campaigns/id:1/contacts?status=xyz", "status: \"xyz\""),
                        Map.entry("/campaigns/id:1/contacts?status=sent,opend", "mean opened?"),
                        Map.entry("/campaigns/id:1/contacts?reason=bad_mailbx", "bad_mailbox?"),
                        Map.entry("/campaigns/id:1/contacts?badge=x", "badge: \"x\""),
                        Map.entry("/campaigns/id:1/contacts?robots=yes", "robots: \"yes\""),
                        Map.entry("/campaigns/id:1/links?limit=1", "it takes none"),
                        Map.entry("/contacts?campaigns=id:1,nowhere", "no campaign nowhere"),
                        Map.entry("/contacts?campaigns=ap", "did you mean api?"),
                        Map.entry(
                                "/contacts?campaigns=id:1&in.id:2=sent",
                                "campaigns: id:2 is none of them"),
                        Map.entry("/contacts?campaigns=id:1&in.id:1=snt", "did you mean sent?"),
                        Map.entry("/contacts?campaigns=id:1&wish=id:1=snt", "did you mean sent?"),
                        Map.entry("/contacts?campaigns=id:1&wish=sent", "wish: \"sent\" is no"),
                        Map.entry("/contacts?sort=id:1", "campaigns: id:1 is none of them"),
                        Map.entry("/messages?limit=1001", "limit: \"1001\""),
                        Map.entry("/messages?limit=0", "from 1 to 1000"),
                        Map.entry("/messages?after=nonsense", "after: \"nonsense\""),
                        Map.entry("/recipients/" + recipient + "?after=x", "after: \"x\""),
                        Map.entry("/rules/classify?reply=550&stage=rcp", "did you mean rcpt?"),
                        Map.entry("/deliverability/records?domain=a.example&anew=maybe", "anew: "),
                        Map.entry("/deliverability/records?domain=a..b", "is no name of a domain"),
                        Map.entry("/server?x", "x: no parameter"),
                        Map.entry("/messages?limit=1&limit=2", "limit: given twice"),
                        Map.entry("/campaigns?q=&q=a", "q: given twice"),
                        Map.entry("/campaigns?from=2026-12-02&until=2026-12-01", "from: 2026-12"))
                .entrySet()
                .stream()
                .map(
                        wrong ->
                                DynamicTest.dynamicTest(
                                        wrong.getKey(),
                                        () -> {
                                            HttpResponse<String> answer = get(wrong.getKey());
                                            assertEquals(400, answer.statusCode(), answer.body());
                                            String detail =
                                                    String.valueOf(object(answer).get("detail"));
                                            assertTrue(detail.contains(wrong.getValue()), detail);
                                        }));
    }

    @TestFactory
    Stream<DynamicTest> every_reading_answers_as_the_contract_says() {
        return child(contract, "paths").entrySet().stream()
                .filter(path -> ((Map<?, ?>) path.getValue()).containsKey("get"))
                .map(
                        path ->
                                DynamicTest.dynamicTest(
                                        "GET " + path.getKey(),
                                        () ->
                                                replay(
                                                        "get",
                                                        String.valueOf(path.getKey()),
                                                        child(
                                                                (Map<?, ?>) path.getValue(),
                                                                "get"))));
    }

    @Test
    void every_order_answers_as_the_contract_says() throws Exception {
        // In this order: what is lifted was suppressed before.
        List<String> orders =
                List.of(
                        "post /messages/{id}/retry",
                        "post /messages/{id}/cancel",
                        "post /suppressions",
                        "delete /suppressions/{address}",
                        "post /suppression-simulations",
                        "post /rules/dry-run",
                        "post /suppression-imports/{id}",
                        "post /suppression-imports/{id}/commit",
                        "post /queue/flush",
                        "post /queue/cancel",
                        "post /queue/move",
                        "post /queue/hold",
                        "post /queue/release",
                        "post /accounts",
                        "delete /accounts/{name}",
                        "post /api-keys",
                        "delete /api-keys/{id}",
                        "post /credentials",
                        "post /credentials/{user}/rotate",
                        "delete /credentials/{user}",
                        "post /keys/rotate",
                        "post /contacts/{id}/erase",
                        "post /reload",
                        "post /traces");
        assertEquals(
                house.apiPaths().stream()
                        .filter(path -> !path.startsWith("GET "))
                        .map(path -> path.toLowerCase(java.util.Locale.ROOT))
                        .sorted()
                        .toList(),
                orders.stream().map(o -> o.toLowerCase(java.util.Locale.ROOT)).sorted().toList());
        for (String order : orders) {
            String[] parts = order.split(" ", 2);
            replay(parts[0], parts[1], child(child(child(contract, "paths"), parts[1]), parts[0]));
        }
        assertTrue(house.orders.contains("hold site:gmail.com"), house.orders.toString());
    }

    private static void replay(String method, String path, Map<?, ?> operation) throws Exception {
        HttpResponse<String> answer =
                send(
                        method.toUpperCase(java.util.Locale.ROOT),
                        filled(path, operation),
                        body(operation),
                        program.token());
        Map<?, ?> responses = child(operation, "responses");
        String status = Integer.toString(answer.statusCode());
        assertTrue(responses.containsKey(status), path + " answers " + status + answer.body());
        assertTrue(answer.statusCode() < 400, path + " answers " + status + " " + answer.body());
        Map<?, ?> content = (Map<?, ?>) resolved(responses.get(status)).get("content");
        if (content != null) {
            String type = answer.headers().firstValue("content-type").orElse("");
            assertTrue(content.containsKey(type), path + " is " + type);
            if (type.equals("application/json")) {
                Map<?, ?> schema = child(child(content, type), "schema");
                check(path, object(answer), schema);
                Object example = child(content, type).get("example");
                assertTrue(example != null, method + " " + path + " has no example");
                check(path + " (example)", example, schema);
            }
        }
    }

    private static String body(Map<?, ?> operation) {
        if (!operation.containsKey("requestBody")) {
            return "";
        }
        Map<?, ?> content = child(resolved(operation.get("requestBody")), "content");
        Object example = child(content, "application/json").get("example");
        return example == null ? "{}" : Json.line(example);
    }

    private static String madeKey() throws Exception {
        return ((List<?>) object(get("/api-keys")).getOrDefault("items", List.of()))
                .stream()
                        .map(entry -> (Map<?, ?>) entry)
                        .filter(key -> "dashboard".equals(key.get("name")))
                        .map(key -> String.valueOf(key.get("id")))
                        .findFirst()
                        .orElseThrow();
    }

    private static String filled(String path, Map<?, ?> operation) throws Exception {
        String filled = path;
        StringBuilder query = new StringBuilder();
        Object parameters = operation.get("parameters");
        for (Object entry : parameters == null ? List.of() : (List<?>) parameters) {
            Map<?, ?> parameter = resolved(entry);
            String name = String.valueOf(parameter.get("name"));
            Optional<String> value =
                    Optional.ofNullable(parameter.get("example")).map(String::valueOf);
            if ("path".equals(parameter.get("in"))) {
                String example =
                        path.startsWith("/recipients")
                                ? recipient
                                : path.startsWith("/api-keys")
                                        ? madeKey()
                                        : value.orElse(
                                                recipient.substring(0, recipient.indexOf('.')));
                filled = filled.replace("{" + name + "}", encode(example));
            } else {
                value.ifPresent(
                        text ->
                                query.append(query.isEmpty() ? '?' : '&')
                                        .append(name)
                                        .append('=')
                                        .append(encode(text)));
            }
        }
        return filled + query;
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Enough of JSON Schema for this contract: types, properties, items, enums, references. */
    private static void check(
            String where, @org.jspecify.annotations.Nullable Object value, Map<?, ?> unresolved) {
        Map<?, ?> schema = resolved(unresolved);
        if (schema.get("oneOf") instanceof List<?> alternatives) {
            long fit =
                    alternatives.stream()
                            .filter(one -> fits(where, value, (Map<?, ?>) one))
                            .count();
            assertEquals(1, fit, where + " is " + value);
            return;
        }
        Object type = schema.get("type");
        if (type == null) {
            return; // anything
        }
        List<?> types = type instanceof List<?> several ? several : List.of(String.valueOf(type));
        assertTrue(
                types.contains(typeOf(value))
                        || (types.contains("number") && value instanceof Number),
                where + " is " + value);
        if (schema.get("enum") instanceof List<?> allowed) {
            assertTrue(allowed.contains(value), where + " is " + value);
        }
        if (value instanceof Map<?, ?> object) {
            if (schema.get("required") instanceof List<?> required) {
                required.forEach(name -> assertTrue(object.containsKey(name), where + "." + name));
            }
            Map<?, ?> known = schema.get("properties") instanceof Map<?, ?> map ? map : Map.of();
            object.forEach(
                    (name, part) -> {
                        Object rule = known.get(name);
                        if (rule == null) {
                            rule = schema.get("additionalProperties");
                            assertFalse(
                                    rule == null, where + "." + name + " is not in the contract");
                        }
                        if (rule instanceof Map<?, ?> map) {
                            check(where + "." + name, part, map);
                        }
                    });
        }
        if (value instanceof List<?> list && schema.get("items") instanceof Map<?, ?> items) {
            list.forEach(item -> check(where + "[]", item, items));
        }
    }

    private static boolean fits(
            String where, @org.jspecify.annotations.Nullable Object value, Map<?, ?> schema) {
        try {
            check(where, value, schema);
            return true;
        } catch (AssertionError _) {
            return false; // perhaps another alternative does
        }
    }

    private static String typeOf(@org.jspecify.annotations.Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case String _ -> "string";
            case Boolean _ -> "boolean";
            case Integer _, Long _ -> "integer";
            case Number _ -> "number";
            case List<?> _ -> "array";
            default -> "object";
        };
    }

    private static Map<?, ?> resolved(@org.jspecify.annotations.Nullable Object value) {
        Map<?, ?> map = (Map<?, ?>) java.util.Objects.requireNonNull(value);
        Object reference = map.get("$ref");
        if (reference == null) {
            return map;
        }
        Map<?, ?> at = contract;
        for (String part : String.valueOf(reference).substring(2).split("/", -1)) {
            at = child(at, part);
        }
        return at;
    }

    private static Map<?, ?> child(Map<?, ?> map, String name) {
        return (Map<?, ?>) java.util.Objects.requireNonNull(map.get(name), name);
    }

    @Test
    void a_timeline_tells_how_the_copy_was_made() throws Exception {
        List<?> timeline =
                (List<?>)
                        java.util.Objects.requireNonNull(
                                object(get("/recipients/" + recipient)).get("timeline"));
        Map<?, ?> made =
                timeline.stream()
                        .map(event -> (Map<?, ?>) event)
                        .filter(event -> "rendered".equals(event.get("type")))
                        .findFirst()
                        .orElseThrow();
        assertEquals(2, made.get("links"));
        assertEquals(true, made.get("pixel"));
    }

    @Test
    void what_is_wrong_is_a_problem_with_its_reason() throws Exception {
        for (String path :
                List.of(
                        "/nowhere",
                        "/campaigns/99",
                        "/campaigns/1",
                        "/campaigns/id:99",
                        "/campaigns/id:x",
                        "/contacts/x",
                        "/messages/y",
                        "/recipients/z")) {
            HttpResponse<String> answer = get(path);
            assertEquals(404, answer.statusCode(), path);
            assertEquals(
                    "application/problem+json",
                    answer.headers().firstValue("content-type").orElse(""));
            check(path, object(answer), Map.of("$ref", "#/components/schemas/problem"));
        }
        assertEquals(405, send("DELETE", "/campaigns", "", program.token()).statusCode());
        HttpResponse<String> broken =
                send("POST", "/suppressions", "{\"addresses\": [", program.token());
        assertEquals(400, broken.statusCode());
        assertEquals(422, send("POST", "/suppressions", "{}", program.token()).statusCode());
        assertEquals(
                422,
                send(
                                "POST",
                                "/suppressions",
                                "{\"address\":\"a@b.example\",\"expires\":\"soon\"}",
                                program.token())
                        .statusCode());
        assertEquals(
                422,
                send(
                                "POST",
                                "/suppressions",
                                "{\"address\":\"a@b.example\",\"scope\":\"campaign\"}",
                                program.token())
                        .statusCode());
        HttpResponse<String> unknownScope =
                send(
                        "POST",
                        "/suppression-imports/000a0b0c0d0e0f02",
                        "{\"part\":0,\"rows\":[{\"address\":\"a@b.example\",\"scope\":\"campaign\"}]}",
                        program.token());
        assertEquals(422, unknownScope.statusCode());
        assertTrue(unknownScope.body().contains("campaign is not a scope"), unknownScope.body());
    }

    @Test
    void without_a_key_nothing_is_told_and_a_key_does_what_its_scope_allows() throws Exception {
        assertEquals(401, send("GET", "/campaigns", "", "").statusCode());
        assertEquals(401, send("GET", "/campaigns", "", "fct_wrong").statusCode());
        try (Browser browser = Browser.loggedIn(house, "en")) {
            HttpResponse<String> made =
                    browser.post(
                            "/settings",
                            Map.of(
                                    "csrf", browser.token("/settings"),
                                    "action", "key.add",
                                    "name", "dashboard",
                                    "role", "viewer"));
            String key = org.jsoup.Jsoup.parse(made.body()).expectFirst(".card.good code").text();
            assertEquals(200, send("GET", "/campaigns", "", key).statusCode());
            assertEquals(
                    403,
                    send("POST", "/suppressions", "{\"address\":\"a@b.example\"}", key)
                            .statusCode());
            assertEquals(403, send("GET", "/audit", "", key).statusCode());
            // A cookie alone reads; it orders nothing without the page's token.
            assertEquals(200, browser.get("/api/v1/campaigns").statusCode());
            assertEquals(
                    401,
                    browser.post("/api/v1/suppressions", Map.of("address", "a@b.example"))
                            .statusCode());
        }
    }

    @Test
    void pages_follow_one_another_without_gap_or_overlap() throws Exception {
        for (String path :
                List.of(
                        "/campaigns",
                        "/campaigns/id:1/contacts",
                        "/contacts",
                        "/messages",
                        "/queue/pending")) {
            List<Object> whole = all(path, 1000);
            List<Object> pieces = all(path, 7);
            assertEquals(whole, pieces, path);
            assertTrue(whole.size() > 4, path);
        }
    }

    private static List<Object> all(String path, int limit) throws Exception {
        List<Object> ids = new ArrayList<>();
        String after = "";
        do {
            Map<String, Object> page = object(get(path + "?limit=" + limit + after));
            for (Object item : (List<?>) java.util.Objects.requireNonNull(page.get("items"))) {
                ids.add(java.util.Objects.requireNonNull(((Map<?, ?>) item).get("id")));
            }
            Object next = page.get("next");
            after = next == null ? "" : "&after=" + encode(next.toString());
        } while (!after.isEmpty());
        return ids;
    }

    @Test
    void the_contract_itself_is_served() throws Exception {
        HttpResponse<String> answer = get("/openapi.yaml");
        assertEquals("application/yaml", answer.headers().firstValue("content-type").orElse(""));
        assertTrue(answer.body().startsWith("openapi: 3.1"));
    }
}
