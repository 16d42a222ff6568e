package facteur.testkit.smtp;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.stream.IntStream;

/** Writes the messages of a {@link LoadSource}: a header for each, one body for all. Pure. */
final class LoadMessages {
    private static final String TEXT_LINE =
            "The quick brown fox jumps over the lazy dog, and the postman brings the mail.\r\n";
    private static final int LINKS = 5;

    private final LoadOptions options;
    private final String run;
    private final byte[] body;

    /** The name of the run makes ids of different runs differ. */
    LoadMessages(LoadOptions options, String run) {
        this.options = options;
        this.run = run;
        int header = header(0, Instant.EPOCH).length;
        this.body = body(options.html(), Math.max(0, options.sizeBytes() - header));
    }

    String id(long number) {
        return run + "-" + number;
    }

    List<String> recipients(long number) {
        return IntStream.range(0, options.recipientsPerMessage())
                .mapToObj(i -> options.recipient(number, i))
                .toList();
    }

    byte[] header(long number, Instant now) {
        StringBuilder out = new StringBuilder(512);
        field(out, "From", "Load <" + options.from() + ">");
        field(out, "To", "<" + options.recipient(number, 0) + ">");
        field(out, "Subject", "Load " + number);
        field(
                out,
                "Date",
                DateTimeFormatter.RFC_1123_DATE_TIME.format(now.atOffset(ZoneOffset.UTC)));
        field(out, "Message-ID", "<" + id(number) + "@source.lab>");
        field(out, "X-Lab-Id", id(number));
        options.campaign().ifPresent(c -> field(out, "X-Campaign", c));
        options.headers().forEach(line -> out.append(line).append("\r\n"));
        field(out, "MIME-Version", "1.0");
        field(
                out,
                "Content-Type",
                options.html() ? "text/html; charset=utf-8" : "text/plain; charset=utf-8");
        return out.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Without dots at line starts, so it can be sent as it is. */
    byte[] body() {
        return body;
    }

    private static void field(StringBuilder out, String name, String value) {
        out.append(name).append(": ").append(value).append("\r\n");
    }

    private static byte[] body(boolean html, int size) {
        StringBuilder text = new StringBuilder(size + 128);
        if (html) {
            text.append("<html><body>\r\n");
            for (int i = 1; i <= LINKS; i++) {
                text.append(
                        "<p>See <a href=\"https://shop.lab/offer?n=%d&amp;from=mail\">offer %d</a>.</p>\r\n"
                                .formatted(i, i));
            }
        }
        int end = size - (html ? 16 : 0);
        while (text.length() < end) {
            int room = end - text.length();
            text.append(
                    room >= TEXT_LINE.length()
                            ? TEXT_LINE
                            : "x".repeat(Math.max(0, room - 2)) + "\r\n");
        }
        return text.append(html ? "</body></html>\r\n" : "")
                .toString()
                .getBytes(StandardCharsets.US_ASCII);
    }
}
