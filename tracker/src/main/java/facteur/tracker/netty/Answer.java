package facteur.tracker.netty;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What is answered, whichever version of HTTP it goes out in.
 *
 * @param fields without Date and Connection
 * @param head the same as HTTP/1.1 writes it, put into octets once
 */
record Answer(Status status, List<Field> fields, byte[] head, byte[] body) {
    Answer {
        fields = List.copyOf(fields);
    }

    static Answer of(Status status, List<Field> fields, byte[] body) {
        StringBuilder head = new StringBuilder(600);
        head.append("HTTP/1.1 ").append(status.code).append(' ').append(status.reason);
        head.append("\r\n");
        List<Field> all = new ArrayList<>(fields);
        all.add(new Field("Content-Length", String.valueOf(body.length)));
        all.forEach(field -> head.append(field.line()));
        return new Answer(status, all, ascii(head.toString()), body);
    }

    /** The same with one field more. */
    Answer with(Field field) {
        List<Field> more = new ArrayList<>(fields);
        more.add(field);
        byte[] line = ascii(field.line());
        byte[] longer = Arrays.copyOf(head, head.length + line.length);
        System.arraycopy(line, 0, longer, head.length, line.length);
        return new Answer(status, more, longer, body);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    enum Status {
        OK(200, "OK"),
        FOUND(302, "Found"),
        BAD_REQUEST(400, "Bad Request"),
        NOT_FOUND(404, "Not Found"),
        METHOD_NOT_ALLOWED(405, "Method Not Allowed"),
        CONTENT_TOO_LARGE(413, "Content Too Large"),
        HEAD_TOO_LARGE(431, "Request Header Fields Too Large"),
        UNAVAILABLE(503, "Service Unavailable");

        final int code;
        final String reason;

        Status(int code, String reason) {
            this.code = code;
            this.reason = reason;
        }
    }

    /** A header field. */
    record Field(String name, String value) {
        String line() {
            return name + ": " + value + "\r\n";
        }
    }
}
