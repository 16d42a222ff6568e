package facteur.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.admin.jackson.Json;
import facteur.mail.status.Status;

import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** The pages over a town, as a browser without script sees them. */
class PagesTest {
    @TempDir private static Path directory;
    private static House house;
    private static Browser browser;

    @BeforeAll
    static void open() throws Exception {
        house = House.open(directory, 0);
        new Town(house.store()).fill(Instant.now());
        browser = Browser.loggedIn(house, "en");
    }

    @AfterAll
    static void close() {
        browser.close();
        house.close();
    }

    private static Element row(Document page, String campaign) {
        return page.select("table.campaigns tbody tr").stream()
                .filter(row -> row.select("a.name").text().equals(campaign))
                .findFirst()
                .orElseThrow();
    }

    private static String id(String campaign) {
        return "id:" + house.store().views().campaigns().find(campaign).orElseThrow().id();
    }

    @Test
    void every_percentage_leads_to_as_many_contacts_as_it_says() throws Exception {
        Document page = browser.page("/campaigns");
        for (Element share : page.select("table.campaigns a.share")) {
            long count = Long.parseLong(share.expectFirst(".sub").text().replace(",", ""));
            long found = 0;
            String link = share.attr("href");
            while (!link.isEmpty()) {
                Document contacts = browser.page(link);
                found += contacts.select("table.grid tbody tr").size();
                link = contacts.select("a[rel=next]").attr("href");
            }
            assertEquals(count, found, share.attr("href"));
        }
    }

    @Test
    void the_percentages_of_a_campaign_count_each_recipient_once() throws Exception {
        Element row = row(browser.page("/campaigns"), "Newsletter mars");
        int sum =
                row.select("a.share .sub").stream()
                        .mapToInt(count -> Integer.parseInt(count.text()))
                        .sum();
        assertEquals(300, sum);
    }

    @Test
    void at_least_sent_counts_who_opened_and_who_clicked() throws Exception {
        Element now = row(browser.page("/campaigns"), "Soldes d’été");
        Element atLeast = row(browser.page("/campaigns?count=at-least"), "Soldes d’été");
        int current =
                count(now, Status.SENT) + count(now, Status.OPENED) + count(now, Status.CLICKED);
        assertEquals(current, count(atLeast, Status.SENT));
        assertEquals(count(now, Status.CLICKED), count(atLeast, Status.CLICKED));
    }

    private static int count(Element row, Status status) {
        return Integer.parseInt(row.expectFirst("a.h-" + status.key() + " .sub").text());
    }

    @Test
    void robots_are_left_out_unless_they_are_counted() throws Exception {
        int without = count(row(browser.page("/campaigns"), "Soldes d’été"), Status.CLICKED);
        int with = count(row(browser.page("/campaigns?robots=1"), "Soldes d’été"), Status.CLICKED);
        assertTrue(with > without, with + " > " + without);
    }

    @Test
    void the_two_tabs_and_the_statuses_are_called_as_their_users_know_them() throws Exception {
        try (Browser french = Browser.loggedIn(house, "fr-FR,fr;q=0.9")) {
            Document page = french.page("/campaigns");
            List<String> tabs = page.select("nav a").eachText();
            assertTrue(tabs.containsAll(List.of("Campagnes", "Mes contacts")), tabs.toString());
            List<String> heads = page.select("table.campaigns thead th").eachText();
            assertTrue(
                    heads.containsAll(
                            List.of(
                                    "Expédié",
                                    "Envoi en cours",
                                    "Ouvert",
                                    "Cliqué",
                                    "Rebond définitif",
                                    "Abandonné")),
                    heads.toString());
            Document contacts = french.page("/contacts");
            assertEquals(
                    "Colonnes › Campagnes email", contacts.select("#columns > summary").text());
        }
    }

    @Test
    void a_bounce_rate_above_eight_percent_is_marked() throws Exception {
        Element row = row(browser.page("/campaigns"), "Invitation salon 2026");
        assertEquals("Above 8%", row.select(".level").text());
    }

    @Test
    void contacts_show_a_column_for_each_chosen_campaign_in_the_chosen_order() throws Exception {
        String one = id("Newsletter mars");
        String other = id("Soldes d’été");
        Document page = browser.page("/contacts?campaigns=" + other + "," + one);
        assertEquals(
                List.of("Soldes d’été", "Newsletter mars"),
                page.select("thead .column-head > a:first-child").eachText());
        assertEquals(50, page.select("#live tr").size());
    }

    @Test
    void columns_are_remembered_and_can_all_be_taken_away() throws Exception {
        try (Browser own = Browser.loggedIn(house, "en")) {
            own.page("/contacts?campaigns=" + id("Newsletter mars"));
            assertEquals(1, own.page("/contacts").select("thead th.column").size());
            own.page("/contacts?campaigns=id:0");
            assertEquals(0, own.page("/contacts").select("thead th.column").size());
        }
    }

    @Test
    void opened_in_one_and_not_clicked_in_another_can_be_asked_for() throws Exception {
        String one = id("Invitation salon 2026");
        String other = id("Soldes d’été");
        String query =
                "/contacts?campaigns="
                        + one
                        + ","
                        + other
                        + "&in."
                        + one
                        + "=opened&in."
                        + other
                        + "=!clicked";
        Document page = browser.page(query);
        assertFalse(page.select("#live tr").isEmpty());
        for (Element row : page.select("#live tr")) {
            assertEquals("Opened", row.select("td").get(3).text());
            assertFalse(row.select("td").get(4).text().equals("Clicked"));
        }
    }

    @Test
    void a_message_tells_its_story_with_the_servers_own_words_one_click_away() throws Exception {
        String contacts =
                "/campaigns/" + id("Invitation salon 2026") + "/contacts?status=hard_bounce";
        String link = browser.page(contacts).expectFirst("a.bare").attr("href");
        Document page = browser.page(link);
        assertEquals(
                List.of(
                        "Accepted",
                        "Prepared with tracking",
                        "Refused for good: The mailbox does not exist"),
                page.select(".timeline b").eachText());
        assertTrue(page.select(".timeline details code").text().startsWith("550 5.1.1"));
        assertTrue(page.select(".timeline").text().contains("mx1.isp.example [198.51.100.9]"));
        assertTrue(page.select("dl.headers").text().contains("Subject"));
    }

    @Test
    void mail_is_shown_in_a_frame_that_may_do_nothing() throws Exception {
        String link =
                browser.page("/campaigns/" + id("Soldes d’été") + "/contacts?status=sent")
                        .expectFirst("a.bare")
                        .attr("href");
        Element frame = browser.page(link).expectFirst("iframe");
        assertEquals("", frame.attr("sandbox"));
        assertTrue(frame.hasAttr("sandbox"));
        HttpResponse<String> html = browser.get(frame.attr("src"));
        String policy = html.headers().firstValue("content-security-policy").orElseThrow();
        assertTrue(policy.startsWith("sandbox; default-src 'none'"), policy);
        assertTrue(html.body().contains("<h1>Bonjour</h1>"));
        HttpResponse<String> source = browser.get(link + "/source");
        assertEquals("message/rfc822", source.headers().firstValue("content-type").orElseThrow());
        assertTrue(source.body().startsWith("From: Anne Durand"));
    }

    @Test
    void an_address_excluded_by_hand_shows_so_until_it_is_lifted() throws Exception {
        String token = browser.token("/suppressions");
        browser.post(
                "/suppressions",
                Map.of(
                        "csrf", token,
                        "action", "suppress",
                        "addresses", "zoe@example.org\nyves@example.org",
                        "why", "asked by phone"));
        Document page = browser.page("/suppressions?q=zoe");
        assertEquals(1, page.select("tbody tr").size());
        assertTrue(page.select("tbody tr").text().contains("Excluded by hand"));
        assertTrue(page.select("tbody tr").text().contains("asked by phone"));
        browser.post(
                "/suppressions",
                Map.of("csrf", token, "action", "lift", "address", "zoe@example.org"));
        assertEquals(0, browser.page("/suppressions?q=zoe").select("tbody tr").size());
        assertEquals(1, browser.page("/suppressions?q=zoe&lifted=1").select("tbody tr").size());
        assertTrue(browser.page("/settings").text().contains("suppression.lift"));
    }

    @Test
    void what_the_page_exports_can_be_pasted_again_and_quoted_addresses_be_lifted()
            throws Exception {
        String token = browser.token("/suppressions");
        List<String> odd =
                List.of("=1+1@odd.example", "\"a b\"@odd.example", "\"a,b;c\"@odd.example");
        browser.post(
                "/suppressions",
                Map.of(
                        "csrf",
                        token,
                        "action",
                        "suppress",
                        "addresses",
                        String.join("\r\n", odd),
                        "why",
                        "asked,\r\n\"twice\" \u202e"));
        String exported = browser.get("/suppressions?format=csv").body();
        assertTrue(exported.contains("\"\"twice\"\" \\u202e"), exported);
        assertEquals(odd, suppressed("odd.example"));
        for (String address : odd) {
            browser.post(
                    "/suppressions", Map.of("csrf", token, "action", "lift", "address", address));
        }
        assertEquals(List.of(), suppressed("odd.example"));
        HttpResponse<String> answer =
                browser.post(
                        "/suppressions",
                        Map.of("csrf", token, "action", "suppress", "addresses", exported));
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals(odd, suppressed("odd.example"));
    }

    /** Addresses that hold and end so, in the order of {@code odd} above. */
    private List<String> suppressed(String end) throws Exception {
        return browser.page("/suppressions").select("tbody th").eachText().stream()
                .filter(address -> address.endsWith(end))
                .sorted(
                        Comparator.comparing((String address) -> !address.startsWith("="))
                                .thenComparing(address -> address))
                .toList();
    }

    @Test
    void what_is_not_an_address_is_said_and_the_rest_is_taken() throws Exception {
        HttpResponse<String> answer =
                browser.post(
                        "/suppressions",
                        Map.of(
                                "csrf", browser.token("/suppressions"),
                                "action", "suppress",
                                "addresses", "good@example.org\nnot an address"));
        assertEquals(422, answer.statusCode());
        assertTrue(answer.body().contains("not an address"));
        assertEquals(1, browser.page("/suppressions?q=good@").select("tbody tr").size());
    }

    @Test
    void a_waiting_message_can_be_tried_now_or_cancelled() throws Exception {
        String link =
                browser.page("/campaigns/" + id("Newsletter mars") + "/contacts?status=sending")
                        .expectFirst("a.bare")
                        .attr("href");
        browser.post(link, Map.of("csrf", browser.token(link), "action", "retry", "why", "now"));
        browser.post(link, Map.of("csrf", browser.token(link), "action", "cancel", "why", "no"));
        String message = link.substring("/messages/".length(), link.indexOf('.'));
        assertTrue(house.orders.contains("flush message:" + message), house.orders.toString());
        assertTrue(house.orders.contains("cancel message:" + message + " admin no"));
        assertTrue(browser.page(link).select(".timeline").text().contains("by admin"));
    }

    @Test
    void campaigns_can_be_searched_filtered_and_sorted() throws Exception {
        assertEquals(
                List.of("Newsletter mars"),
                browser.page("/campaigns?q=nouvelles").select("a.name").eachText());
        assertEquals(
                "Invitation salon 2026",
                browser.page("/campaigns?sort=bounce").select("a.name").getFirst().text());
        assertEquals(
                "Newsletter mars",
                browser.page("/campaigns?sort=recipients").select("a.name").getFirst().text());
    }

    @Test
    void exports_hold_what_the_page_shows() throws Exception {
        String csv = browser.get("/campaigns?format=csv").body();
        assertTrue(csv.startsWith("\uFEFF\"Campaign\",\"Subject\""), csv.substring(0, 40));
        assertEquals(6, csv.lines().count());
        String contacts =
                browser.get("/campaigns/" + id("Soldes d’été") + "/contacts?format=csv").body();
        assertEquals(241, contacts.lines().count());
        String matrix =
                browser.get("/contacts?format=csv&campaigns=" + id("Newsletter mars")).body();
        assertEquals(301, matrix.lines().count());
    }

    @ParameterizedTest
    @ValueSource(strings = {"en", "fr"})
    void every_page_is_there_in_both_languages_and_names_its_language(String language)
            throws Exception {
        try (Browser own = Browser.loggedIn(house, language)) {
            String contact =
                    own.page("/contacts?campaigns=id:0").expectFirst("th a.name").attr("href");
            for (String path :
                    List.of(
                            "/campaigns",
                            "/campaigns/" + id("Newsletter mars"),
                            "/campaigns/id:0",
                            "/campaigns/id:0/contacts",
                            "/contacts",
                            contact,
                            "/queue",
                            "/deliverability?check=sender.example",
                            "/suppressions",
                            "/settings?reply=550+5.1.1+no",
                            "/help")) {
                Document page = own.page(path);
                assertEquals(language, page.expectFirst("html").attr("lang"), path);
                assertEquals(1, page.select("h1").size(), path);
            }
        }
    }

    private static List<String> keysOfSettings(Document page) {
        return page.select("#force tbody th code").eachText();
    }

    private static String setting(Document page, String key) {
        return page.select("#force tbody tr").stream()
                .filter(row -> row.expectFirst("th").text().equals(key))
                .map(Element::text)
                .findFirst()
                .orElse("");
    }

    @Test
    void settings_in_force_say_where_each_is_said() throws Exception {
        Document page = browser.page("/settings");
        assertEquals(
                "delivery.max_age 48h facteur.yaml, line 3", setting(page, "delivery.max_age"));
        assertEquals("delivery.retry 1m 90m facteur.yaml, line 3", setting(page, "delivery.retry"));
        assertEquals("feedback not set default", setting(page, "feedback"));
        assertEquals("pools none default", setting(page, "pools"));
        assertEquals(
                "delivery.port 25 After a restart: 2525 facteur.yaml, line 5 default",
                setting(page, "delivery.port"));
        assertEquals(
                "admin.initial_password set !env FACTEUR_ADMIN_PASSWORD facteur.yaml, line 4",
                setting(page, "admin.initial_password"));
        assertEquals(
                "credentials[0].password set facteur.yaml, line 2",
                setting(page, "credentials[0].password"));
        assertFalse(page.html().contains("hunter2"));
        assertFalse(page.html().contains("a secret of the environment"));
        try (Browser french = Browser.loggedIn(house, "fr")) {
            assertEquals(
                    "delivery.ehlo mail.example.org par défaut",
                    setting(french.page("/settings"), "delivery.ehlo"));
        }
    }

    @Test
    void the_page_lists_every_setting_that_the_api_lists() throws Exception {
        var told =
                Json.object(
                        browser.get("/api/v1/settings").body().getBytes(StandardCharsets.UTF_8));
        List<String> keys =
                ((List<?>) told.getOrDefault("items", List.of()))
                        .stream()
                                .map(item -> ((Map<?, ?>) item).get("key"))
                                .map(String::valueOf)
                                .toList();
        assertTrue(keys.size() > 60, keys.toString());
        assertEquals(keys, keysOfSettings(browser.page("/settings")));
    }

    @Test
    void settings_in_force_are_narrowed_by_a_word_and_to_what_is_no_default() throws Exception {
        assertEquals(List.of("delivery.retry"), keysOfSettings(browser.page("/settings?q=RETRY")));
        assertEquals(List.of("delivery.max_age"), keysOfSettings(browser.page("/settings?q=48h")));
        assertEquals(
                List.of("delivery.retry", "delivery.port", "delivery.max_age"),
                keysOfSettings(browser.page("/settings?own=1&q=delivery.")).stream()
                        .sorted(java.util.Comparator.reverseOrder())
                        .toList());
        Document nothing = browser.page("/settings?q=%3Cscript%3E%00");
        assertEquals(List.of(), keysOfSettings(nothing));
        assertTrue(nothing.select("#force").text().contains("No setting is like that"));
    }

    @Test
    void what_is_not_there_is_said_politely() throws Exception {
        for (String path :
                List.of(
                        "/nowhere",
                        "/campaigns/id:999",
                        "/campaigns/1",
                        "/messages/0000000000000.0",
                        "/contacts/id:0")) {
            HttpResponse<String> answer = browser.get(path);
            assertEquals(404, answer.statusCode(), path);
            assertTrue(answer.body().contains("Nothing here"), path);
        }
    }

    @Test
    void a_form_goes_to_an_address_that_is_understood_or_is_not_taken() throws Exception {
        Map<String, String> form =
                Map.of("csrf", browser.token("/suppressions"), "name", "admin", "password", "x");
        for (String path :
                List.of(
                        "/suppressions?q=x",
                        "/queue?site=gmail.com",
                        "/settings?action=reload",
                        "/settings/rules?stage=rcpt",
                        "/contacts/id:1/erase?why=x",
                        "/messages/x.0?robots=1",
                        "/login?next=/queue",
                        "/logout?all=1")) {
            HttpResponse<String> answer = browser.post(path, form);
            assertEquals(400, answer.statusCode(), path);
            String name = path.substring(path.indexOf('?') + 1, path.indexOf('='));
            assertTrue(answer.body().contains(name + ": "), answer.body());
        }
        assertEquals(200, browser.get("/queue").statusCode(), "nobody was logged out");
    }
}
