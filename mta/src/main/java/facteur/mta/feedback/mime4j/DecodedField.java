package facteur.mta.feedback.mime4j;

import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.codec.DecoderUtil;

/**
 * A header field.
 *
 * @param name in lower case
 * @param value unfolded, encoded words decoded
 */
public record DecodedField(String name, String value) {
    // A report is small; what follows the first MiB is the mail it encloses.
    private static final int LONGEST_DECODED = 16 << 10;

    /**
     * Encoded words (RFC 2047) as text. A field that is longer than any honest one stays as it is:
     * each thing in it that looks like an encoded word costs a kilobyte to find out.
     */
    static String decoded(String value) {
        if (!value.contains("=?") || value.length() > LONGEST_DECODED) {
            return value.strip();
        }
        try {
            return DecoderUtil.decodeEncodedWords(value, DecodeMonitor.SILENT).strip();
        } catch (RuntimeException _) {
            return value.strip(); // an unknown encoding: shown as it stands
        }
    }
}
