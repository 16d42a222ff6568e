package facteur.tracker.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Answers as HTTP/1.1 writes them. */
final class Http1Form {
    // RFC 9110 5.6.7, IMF-fixdate.
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private static final byte[] CLOSE = ascii("Connection: close\r\n");
    private static final byte[] END = ascii("\r\n");

    private static volatile Dated dated = new Dated(0, END);

    private record Dated(long second, byte[] line) {}

    private Http1Form() {}

    static ByteBuf encode(
            ByteBufAllocator memory,
            TrackerResponse trackerResponse,
            boolean bodyToo,
            boolean close,
            long millis) {
        byte[] head = trackerResponse.form().head();
        String own = trackerResponse.own().map(TrackerResponse.Field::line).orElse("");
        byte[] date = date(millis / 1000);
        byte[] body = trackerResponse.form().body();
        int room = head.length + own.length() + date.length + CLOSE.length + 2 + body.length;
        ByteBuf octets = memory.buffer(room).writeBytes(head);
        ByteBufUtil.writeAscii(octets, own);
        octets.writeBytes(date);
        if (close) {
            octets.writeBytes(CLOSE);
        }
        octets.writeBytes(END);
        return bodyToo ? octets.writeBytes(body) : octets;
    }

    private static byte[] date(long second) {
        Dated known = dated;
        if (known.second() != second) {
            known =
                    new Dated(
                            second,
                            ascii("Date: " + DATE.format(Instant.ofEpochSecond(second)) + "\r\n"));
            dated = known;
        }
        return known.line();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
