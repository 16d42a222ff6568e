package facteur.message.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.message.MessageFacts;
import facteur.mail.message.Tracking;
import facteur.mail.message.TrackingMode;
import facteur.message.mime.HeaderBlock;
import facteur.message.render.Fixture;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

class ControlHeadersTest {
    @Test
    void our_own_fields_say_it_all() {
        MessageFacts facts =
                take(
                        TrackingMode.FULL,
                        "From: =?utf-8?q?Caf=C3=A9?= <a@shop.example>",
                        "Subject: Hello",
                        "Message-ID: <1@shop.example>",
                        "X-Campaign: =?utf-8?q?Automne_=C3=A9t=C3=A9?=",
                        "X-Tag: red, blue",
                        "X-Tag: green",
                        "X-Contact-Id: 4711",
                        "X-Metadata: {\"order\": 17, \"shop\": \"Lyon\", \"deep\": {\"er\":"
                                + " true}}");
        assertEquals(Optional.of("Automne été"), facts.campaign());
        assertEquals(List.of("red", "blue", "green"), facts.tags());
        assertEquals(Optional.of("4711"), facts.contactId());
        assertEquals(Map.of("order", "17", "shop", "Lyon", "deep.er", "true"), facts.metadata());
        assertEquals("Café <a@shop.example>", facts.sender());
        assertEquals("<1@shop.example>", facts.messageId());
        assertEquals(Tracking.FULL, facts.tracking());
        assertEquals(List.of(), facts.notes());
        assertTrue(!facts.transactional());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "X-Mailjet-Campaign: autumn | autumn | [] | {}",
                "X-Mailgun-Tag: a | | [a] | {}",
                "X-Mailgun-Variables: {\"k\":\"v\"} | | [] | {k=v}",
                "X-PM-Tag: a | | [a] | {}",
                "X-PM-Metadata-Color: red | | [] | {color=red}",
                "X-SMTPAPI: {\"category\":[\"a\",\"b\"],\"unique_args\":{\"k\":1}} | | [a, b] |"
                        + " {k=1}",
                "X-SMTPAPI: {\"category\":\"a\",\"unique_args\":{\"campaign\":\"c\"}} | c | [a] |"
                        + " {campaign=c}",
                "X-MSYS-API: {\"campaign_id\":\"c\",\"tags\":[\"t\"],\"metadata\":{\"k\":\"v\"}} |"
                        + " c | [t] | {k=v}",
                "X-SES-MESSAGE-TAGS: campaign=c, k=v | c | [] | {campaign=c, k=v}",
                "X-MC-Tags: a,b | | [a, b] | {}",
                "X-MC-Metadata: {\"k\":\"v\"} | | [] | {k=v}",
                "X-Mailin-Tag: a | | [a] | {}",
                "X-Postal-Tag: a | | [a] | {}",
                "X-MJ-CustomID: 7 | | [] | {custom-id=7}",
            })
    void the_fields_of_others_are_understood(
            String field, String campaign, String tags, String metadata) {
        MessageFacts facts = take(TrackingMode.FULL, field);
        assertEquals(Optional.ofNullable(campaign), facts.campaign());
        assertEquals(tags, facts.tags().toString());
        assertEquals(metadata, new TreeMap<>(facts.metadata()).toString());
        assertEquals(List.of(), facts.notes());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "X-Track: opens | full | true | false",
                "X-Track: clicks | full | false | true",
                "X-Track: opens, clicks | full | true | true",
                "X-Track: all | full | true | true",
                "X-Track: none | off | false | false",
                "X-Track: aggregate | aggregate | true | true",
                "X-Track: hygiene opens | hygiene | true | false",
                "X-Track: sideways | full | true | true",
                "X-Mailgun-Track: no | full | false | false",
                "X-Mailgun-Track-Clicks: htmlonly | full | true | true",
                "X-Mailgun-Track-Opens: no | full | false | true",
                "X-PM-TrackOpens: false | full | false | true",
                "X-PM-TrackLinks: None | full | true | false",
                "X-PM-TrackLinks: HtmlOnly | full | true | true",
                "X-Mailjet-TrackOpen: 1 | full | false | true",
                "X-Mailjet-TrackClick: 0 | full | true | true",
                "X-MC-Track: opens,clicks_htmlonly | full | true | true",
                "X-MC-Track: clicks_textonly | full | false | false",
                "X-AMP: skip | off | false | false",
                "X-SMTPAPI: {\"filters\":{\"clicktrack\":{\"settings\":{\"enable\":0}}}} | full |"
                        + " true | false",
                "X-MSYS-API: {\"options\":{\"open_tracking\":false}} | full | false | true",
            })
    void tracking_is_chosen_by_any_of_them(
            String field, String mode, boolean opens, boolean clicks) {
        Tracking tracking = take(TrackingMode.FULL, field).tracking();
        assertEquals(new Tracking(TrackingMode.of(mode).orElseThrow(), opens, clicks), tracking);
    }

    @Test
    void the_strictest_mode_wins() {
        assertEquals(
                TrackingMode.HYGIENE,
                take(TrackingMode.HYGIENE, "X-Track: aggregate").tracking().mode());
        assertEquals(Tracking.OFF, take(TrackingMode.OFF, "X-Track: all").tracking());
    }

    @Test
    void ours_goes_before_theirs() {
        MessageFacts facts =
                take(
                        TrackingMode.FULL,
                        "X-Mailjet-Campaign: theirs",
                        "X-Campaign: ours",
                        "X-PM-Tag: theirs",
                        "X-Tag: ours",
                        "X-PM-TrackOpens: false",
                        "X-Track: opens");
        assertEquals(Optional.of("ours"), facts.campaign());
        assertEquals(List.of("ours"), facts.tags());
        assertEquals(new Tracking(TrackingMode.FULL, true, false), facts.tracking());
    }

    @Test
    void what_cannot_be_read_is_noted_and_nothing_more() {
        MessageFacts facts =
                take(
                        TrackingMode.FULL,
                        "X-SMTPAPI: {broken",
                        "X-Metadata: [1,2]",
                        "X-Mailgun-Deliver-By: tomorrow",
                        "X-Track: sideways",
                        "X-Metadata: " + "[".repeat(5000));
        assertEquals(
                List.of(
                        "not_json X-Metadata",
                        "unknown_tracking X-Track: sideways",
                        "not_json X-Metadata",
                        "not_json X-SMTPAPI",
                        "no_effect x-mailgun-deliver-by"),
                facts.notes());
        assertEquals(Tracking.FULL, facts.tracking());
    }

    @Test
    void everything_is_bounded() {
        String[] fields = new String[3000];
        for (int i = 0; i < fields.length; i++) {
            fields[i] = i % 2 == 0 ? "X-Tag: " + i : "X-PM-Metadata-" + i + ": " + "v".repeat(300);
        }
        MessageFacts facts = take(TrackingMode.FULL, fields);
        assertEquals(ControlValues.MAX_TAGS, facts.tags().size());
        assertEquals(ControlValues.MAX_ENTRIES, facts.metadata().size());
        assertEquals(ControlValues.MAX_NOTES, facts.notes().size());
        assertTrue(facts.metadata().values().stream().allMatch(v -> v.length() == 255));
    }

    @Test
    void without_a_campaign_or_with_urgency_it_is_transactional() {
        assertTrue(take(TrackingMode.FULL, "Subject: x").transactional());
        assertTrue(take(TrackingMode.FULL, "X-Campaign: c", "Priority: urgent").transactional());
        assertTrue(
                take(TrackingMode.FULL, "X-Campaign: c", "X-MC-Important: true").transactional());
        assertTrue(!take(TrackingMode.FULL, "X-Campaign: c").transactional());
    }

    @Test
    void control_and_private_fields_are_named_for_stripping() {
        ControlHeaders.Taken taken =
                ControlHeaders.take(
                        block(
                                "Bcc: x",
                                "X-Campaign: c",
                                "X-Mailer: y",
                                "X-SES-Foo: z",
                                "Return-Path: <>"),
                        TrackingMode.FULL);
        assertEquals(Set.of("bcc", "x-campaign", "x-ses-foo", "return-path"), taken.strip());
    }

    private static MessageFacts take(TrackingMode mode, String... fields) {
        return ControlHeaders.take(block(fields), mode).facts();
    }

    private static HeaderBlock block(String... fields) {
        return HeaderBlock.of(Fixture.latin(String.join("\r\n", fields) + "\r\n\r\n"));
    }
}
