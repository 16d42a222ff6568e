package facteur.mail.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

class FailureTextTest {
    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new IOException("Connection reset"), "Connection reset"),
                Arguments.of(new TimeoutException(), "timeout"),
                Arguments.of(new SocketTimeoutException((String) null), "socket timeout"),
                Arguments.of(new ClosedChannelException(), "closed channel"),
                Arguments.of(new EOFException(""), "eof"),
                Arguments.of(new IOException((String) null, new IOException("refused")), "refused"),
                Arguments.of(new IOException(String.valueOf((Object) null)), "io"),
                Arguments.of(new Exception(), "exception"),
                Arguments.of(new Exception() {}, "failure"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void a_failure_is_told_in_words_even_when_it_says_nothing(Throwable failure, String told) {
        assertEquals(told, FailureText.of(failure));
    }
}
