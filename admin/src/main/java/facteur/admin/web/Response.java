package facteur.admin.web;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What is answered.
 *
 * @param length octets of the body, -1 when they are not known beforehand
 */
public record Response(int status, List<Header> headers, long length, Body body) {
    /** One header field. */
    public record Header(String name, String value) {}

    /** Writes the body; called once, on the request's thread. */
    public interface Body {
        void writeTo(OutputStream out) throws IOException;
    }

    public Response {
        headers = List.copyOf(headers);
    }

    public static Response of(int status, String type, byte[] octets) {
        return new Response(
                status,
                List.of(new Header("Content-Type", type)),
                octets.length,
                out -> out.write(octets));
    }

    public static Response text(int status, String type, String text) {
        return of(status, type + "; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    public static Response html(String text) {
        return text(200, "text/html", text);
    }

    /** A body that is made while it is sent. */
    public static Response stream(String type, Body body) {
        return new Response(200, List.of(new Header("Content-Type", type)), -1, body);
    }

    /** 303: what was asked is done, the page to see is another (RFC 9110 15.4.4). */
    public static Response seeOther(String location) {
        return new Response(303, List.of(new Header("Location", location)), 0, _ -> {});
    }

    public static Response empty(int status) {
        return new Response(status, List.of(), 0, _ -> {});
    }

    /** Whether it goes on for as long as its reader stays. */
    public boolean isStream() {
        return headers.contains(new Header("Content-Type", "text/event-stream"));
    }

    public Response with(String name, String value) {
        List<Header> more = new ArrayList<>(headers);
        more.add(new Header(name, value));
        return new Response(status, more, length, body);
    }

    public Response withStatus(int other) {
        return new Response(other, headers, length, body);
    }

    public boolean has(String name) {
        return headers.stream().anyMatch(header -> header.name().equalsIgnoreCase(name));
    }
}
