package facteur.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import facteur.mail.event.EngagementEvent;
import facteur.mail.event.EngagementEvent.Audience;
import facteur.mail.message.RecipientId;

import org.jsoup.nodes.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;

/** What the page of a message says of its copy and of its header, in the reader's language. */
class MessagePageTest {
    private static final Instant AT = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir private static Path directory;
    private static House house;
    private static Mailing mailing;
    private static Browser english;
    private static Browser french;

    @BeforeAll
    static void open() throws Exception {
        house = House.open(directory, 0);
        mailing = new Mailing(house.store());
        english = Browser.loggedIn(house, "en");
        french = Browser.loggedIn(house, "fr");
    }

    @AfterAll
    static void close() {
        english.close();
        french.close();
        house.close();
    }

    private static RecipientId message(String... notes) {
        return mailing.accepted(
                Mailing.Letter.of("spring"), "anne@one.example", AT, List.of(notes));
    }

    private static String made(Document page) {
        return page.select(".timeline li").get(1).select("b, .sub").text();
    }

    private static Document page(Browser browser, RecipientId id) throws Exception {
        return browser.page("/messages/" + id);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | true | no tracked link · with pixel | sans lien suivi · avec pixel",
                "1 | true | 1 tracked link · with pixel | 1 lien suivi · avec pixel",
                "12 | false | 12 tracked links · without pixel | 12 liens suivis · sans pixel",
            })
    void the_timeline_tells_how_many_links_are_tracked(
            int links, boolean pixel, String inEnglish, String inFrench) throws Exception {
        RecipientId id = message();
        mailing.rendered(id, AT.plusSeconds(1), links, pixel);
        mailing.write();
        assertEquals("Prepared with tracking " + inEnglish, made(page(english, id)));
        assertEquals("Préparé avec suivi " + inFrench, made(page(french, id)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "no_html | it has no HTML part | il n’a pas de partie HTML",
                "signed (S/MIME) | signed (S/MIME) | signed (S/MIME)",
            })
    void or_why_none_is(String why, String inEnglish, String inFrench) throws Exception {
        RecipientId id = message();
        mailing.notTracked(id, AT.plusSeconds(1), why);
        mailing.write();
        assertEquals("Sent without tracking " + inEnglish, made(page(english, id)));
        assertEquals("Envoyé sans suivi " + inFrench, made(page(french, id)));
    }

    @Test
    void what_was_odd_at_acceptance_is_said_too_and_older_texts_are_shown_as_they_are()
            throws Exception {
        RecipientId id =
                message(
                        "date_added",
                        "no_effect x-ses-foo",
                        "unknown_tracking X-Track: {0}",
                        "Date was missing and was added");
        mailing.write();
        assertEquals(
                List.of(
                        "There was no date; it was added",
                        "The field x-ses-foo has no effect here",
                        "“X-Track: {0}” is no way of tracking; ignored",
                        "Date was missing and was added"),
                page(english, id).select("#notes li").eachText());
        assertEquals(
                List.of(
                        "La date manquait ; elle a été ajoutée",
                        "Le champ x-ses-foo est sans effet ici",
                        "« X-Track: {0} » n’est pas une façon de suivre ; ignoré",
                        "Date was missing and was added"),
                page(french, id).select("#notes li").eachText());
    }

    @Test
    void a_hit_that_counts_otherwise_than_it_seemed_says_so() throws Exception {
        RecipientId id = message();
        mailing.doubted(id, AT.plusSeconds(2), "cloud");
        mailing.happened(new EngagementEvent.Recognised(id, AT.plusSeconds(600), "cloud"));
        mailing.doubted(id, AT.plusSeconds(700), "burst");
        mailing.clicked(id, AT.plusSeconds(800), Audience.HUMAN, "https://shop.example/a");
        mailing.opened(id, AT.plusSeconds(900), Audience.HUMAN);
        mailing.happened(
                new EngagementEvent.Revised(
                        id,
                        AT.plusSeconds(901),
                        AT.plusSeconds(890),
                        AT.plusSeconds(900),
                        "burst"));
        mailing.write();
        assertEquals(
                List.of("Counts as a person’s", "", "", "", "Counts as a robot’s", ""),
                badges(page(english, id)));
        assertEquals(
                List.of("Compté pour une personne", "", "", "", "Compté pour un robot", ""),
                badges(page(french, id)));
        String api = english.get("/api/v1/recipients/" + id).body();
        assertEquals(
                List.of("person", "machine", "person", "machine"),
                Pattern.compile("\"counts_as\" : \"(\\w+)\"")
                        .matcher(api)
                        .results()
                        .map(found -> found.group(1))
                        .toList(),
                api);
        Document contact = english.page("/contacts/anne@one.example");
        assertEquals(1, contact.select(".timeline .b-counts_as_person").size());
    }

    private static List<String> badges(Document page) {
        return page.select(".timeline li:not(.t-next)").stream()
                .skip(1) // taken over
                .map(moment -> moment.select(".badge").text())
                .toList();
    }
}
