package facteur.tracker.netty;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is answered, whichever version of HTTP it goes out in.
 *
 * @param own a field that no other answer in this form has, such as where a redirect leads
 */
record TrackerResponse(Form form, Optional<Field> own) {
    /**
     * What many answers have in common.
     *
     * @param fields without Date and Connection
     * @param head status and fields as HTTP/1.1 writes them, put into octets once
     */
    record Form(Status status, List<Field> fields, byte[] head, byte[] body) {
        Form {
            fields = List.copyOf(fields);
        }
    }

    static TrackerResponse of(Status status, List<Field> fields, byte[] body) {
        StringBuilder head = new StringBuilder(600);
        head.append("HTTP/1.1 ").append(status.code).append(' ').append(status.reason);
        head.append("\r\n");
        List<Field> all = new ArrayList<>(fields);
        all.add(new Field("Content-Length", String.valueOf(body.length)));
        all.forEach(field -> head.append(field.line()));
        return new TrackerResponse(
                new Form(status, all, ascii(head.toString()), body), Optional.empty());
    }

    /** The same with a field of its own. */
    TrackerResponse with(Field field) {
        return new TrackerResponse(form, Optional.of(field));
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
