package facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

class PlainHttpTest {
    private static PlainHttp.Answer read(String text) throws IOException {
        return PlainHttp.answer(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void an_answer_is_its_status_and_what_stands_behind_the_header() throws IOException {
        assertEquals(
                new PlainHttp.Answer(404, "{\"é\":1}"),
                read("HTTP/1.1 404 Not Found\r\nContent-Length: 8\r\nX: y\r\n\r\n{\"é\":1}"));
        assertEquals(
                new PlainHttp.Answer(204, ""),
                read("HTTP/1.0 204 No Content\r\nConnection: close\r\n\r\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n",
                "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{}",
                "220 mail.example.org ESMTP\r\n\r\n"
            })
    void what_was_cut_off_or_is_no_answer_is_told(String text) {
        assertThrows(IOException.class, () -> read(text));
    }
}
