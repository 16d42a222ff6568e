package facteur.message.mime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import facteur.config.icu.IcuDomains;
import facteur.mail.address.AddressParser;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

class AuthorsTest {
    private static Authors.Read read(String value) {
        HeaderBlock header =
                HeaderBlock.of(("From: " + value + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
        return Authors.read(
                header, header.first("from").orElseThrow(), new AddressParser(new IcuDomains()));
    }

    private static String domains(String value) {
        Authors.Read.Named named = assertInstanceOf(Authors.Read.Named.class, read(value), value);
        return named.addresses().stream()
                        .map(author -> author.domain().name())
                        .collect(Collectors.joining(" "))
                + named.shown().stream()
                        .map(domain -> " (" + domain + ")")
                        .collect(Collectors.joining());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a@ok.example | ok.example",
                "<a@ok.example> | ok.example",
                "Ann <a@OK.example> | ok.example",
                "\"Ann, A.\" <a@ok.example> | ok.example",
                "A. B. Name <a@ok.example> | ok.example",
                "a@ok.example (Ann) | ok.example",
                "Ann (x (y) \\) z) <a@ok.example> | ok.example",
                "\"a b\"@ok.example | ok.example",
                "a@[192.0.2.1] | [192.0.2.1]",
                "a@bücher.example | xn--bcher-kva.example",
                "a@ok.example, b@evil.example | ok.example evil.example",
                "a@ok.example,, <b@evil.example> , | ok.example evil.example",
                "Team: a@ok.example, <b@evil.example>; | ok.example evil.example",
                "Team: a@ok.example;, c@evil.example | ok.example evil.example",
                "=?utf-8?q?Ann?= <a@ok.example> | ok.example",
                "=?utf-8?q?x=40evil.example?= <a@ok.example> | ok.example (evil.example)",
                "=?utf-8?q?=3Cx=40evil.example=3E?= <a@ok.example> | ok.example (evil.example)",
                "=?utf-8?b?eEBldmlsLmV4YW1wbGU=?= <a@ok.example> | ok.example (evil.example)",
                "=?utf-8?q?x=40evil?= =?utf-8?q?.example?= <a@ok.example> | ok.example"
                        + " (evil.example)",
                "\"x@evil.example\" <a@ok.example> | ok.example (evil.example)",
                "a@ok.example (x@evil.example) | ok.example (evil.example)",
                "\"x＠evil.example.\" <a@ok.example> | ok.example (evil.example)",
                "\"me@home\" <a@ok.example> | ok.example",
                "\"<x@evil.example>\" <a@ok.example> | ok.example (evil.example)"
            })
    void every_domain_is_found(String value, String expected) {
        assertEquals(expected, domains(value));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Ann",
                "<>",
                "undisclosed:;",
                "a@ok.example b@evil.example",
                "a@ok.example <b@evil.example>",
                "<a@ok.example> <b@evil.example>",
                "<a@ok.example>b@evil.example",
                "Ann <a@ok.example",
                "Ann <a@ok.example, b@evil.example>",
                "<@evil.example:a@ok.example>",
                "<a@evil.example@ok.example>",
                "a@evil.example@ok.example",
                "a@=?utf-8?q?evil.example?=",
                "=?utf-8?q?a=40evil.example?=",
                "a@ok.example (never closed",
                "\"never closed <a@ok.example>",
                "a@ok.example)",
                "a@ok.example.",
                "a@ok. example",
                "a@nodot",
                "Team: a@ok.example",
                "a@ok.example;",
                "Team: Inner: a@ok.example;;",
                "a@ok.example\u0000",
                "a\\@evil.example@ok.example",
                "a@[evil"
            })
    void what_can_be_read_in_two_ways_is_not_read(String value) {
        assertInstanceOf(Authors.Read.Unreadable.class, read(value), value);
    }
}
