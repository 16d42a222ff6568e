package facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

class TopScreenTest {
    private static JsonNode queue(int delivered) throws IOException {
        return JsonText.read(
                """
                {"at":"2026-11-24T09:30:00.5Z","routing":0,"deferred":34,"held":2,"waiting":161,"busy":5,"why":"",
                "destinations":[{"site":"few.example","source":"a","waiting":1,"busy":0,"connections":1,"limit":5,
                "state":"open","deferred":0,"held_recipients":0,"delivered":1,"why":""},
                {"site":"gmail.com","source":"a","waiting":120,"busy":5,"connections":8,"limit":20,
                "state":"slowed","deferred":34,"held_recipients":0,"delivered":%d,"why":"%s"}]}
                """
                        .formatted(delivered, "w".repeat(200)));
    }

    @Test
    void the_fullest_stands_first_with_its_pace_and_nothing_is_wider_than_the_screen()
            throws IOException {
        Terminal terminal = Terminal.of("24 80");
        List<String> lines = TopScreen.lines(queue(120), Optional.of(queue(100)), 2, terminal);
        assertEquals(
                "2026-11-24 09:30:00  waiting 161  busy 5  deferred 34  held 2  routing 0",
                lines.getFirst());
        List<String> rows = lines.stream().filter(line -> line.contains(".")).toList();
        assertTrue(rows.get(0).matches("gmail\\.com +10 +120 +5 .*"), lines.toString());
        assertTrue(rows.get(1).startsWith("few.example"), lines.toString());
        assertTrue(lines.stream().allMatch(line -> line.length() <= 80), lines.toString());
    }

    @Test
    void a_message_by_hand_has_a_header_of_its_own() {
        String message =
                SendCommand.message(
                        "a@b.example", List.of("c@d.example"), "\u00c9t\u00e9", "x", "hi\n");
        assertTrue(message.contains("\nSubject: =?utf-8?B?w4l0w6k=?=\n"), message);
        assertTrue(message.contains("\nX-Campaign: x\n"), message);
        assertTrue(message.endsWith("\n\nhi\n"), message);
    }
}
