package facteur.message.dkim;

import facteur.message.mime.HeaderBlock;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A field in relaxed canonical form (RFC 6376 3.4.2). */
final class RelaxedHeader {
    private RelaxedHeader() {}

    /** Name in lower case, colon, value unfolded with single spaces and none at its ends. */
    static void write(
            byte[] octets, HeaderBlock.Field field, ByteArrayOutputStream out, boolean lineBreak) {
        out.writeBytes(field.name().getBytes(StandardCharsets.US_ASCII));
        out.write(':');
        boolean blank = false;
        boolean begun = false;
        for (int i = field.valueFrom(); i < field.to(); i++) {
            byte octet = octets[i];
            if (octet == ' ' || octet == '\t') {
                blank = begun;
            } else if (octet != '\r' && octet != '\n') {
                if (blank) {
                    out.write(' ');
                    blank = false;
                }
                out.write(octet);
                begun = true;
            }
        }
        if (lineBreak) {
            out.write('\r');
            out.write('\n');
        }
    }
}
