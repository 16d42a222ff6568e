package facteur.mta.feedback;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Mailbox files (RFC 4155): mails one after the other, each behind a line that begins with "From ".
 * What does not begin so is one mail.
 */
final class MboxFile {
    private static final int MOST_MAILS = 100;

    private MboxFile() {}

    static List<byte[]> split(byte[] file) {
        if (!startsWith(file, 0, "From ")) {
            return List.of(file);
        }
        List<byte[]> mails = new ArrayList<>();
        int from = 0;
        for (int i = 1; i < file.length && mails.size() < MOST_MAILS; i++) {
            if (isSeparator(file, i)) {
                mails.add(withoutFirstLine(file, from, i));
                from = i;
            }
        }
        mails.add(withoutFirstLine(file, from, file.length));
        return mails;
    }

    /** A blank line, then "From " with a time of day: prose seldom looks so. */
    private static boolean isSeparator(byte[] file, int at) {
        return file[at] == 'F'
                && startsWith(file, at, "From ")
                && endsBlankLine(file, at)
                && line(file, at).matches("From \\S+ .*[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}.*");
    }

    private static boolean endsBlankLine(byte[] file, int at) {
        return at >= 2
                && file[at - 1] == '\n'
                && (file[at - 2] == '\n'
                        || (at >= 3 && file[at - 2] == '\r' && file[at - 3] == '\n'));
    }

    private static byte[] withoutFirstLine(byte[] file, int from, int to) {
        int start = from;
        while (start < to && file[start] != '\n') {
            start++;
        }
        return Arrays.copyOfRange(file, Math.min(start + 1, to), to);
    }

    private static String line(byte[] file, int at) {
        int end = at;
        while (end < file.length && end - at < 200 && file[end] != '\n') {
            end++;
        }
        return new String(file, at, end - at, StandardCharsets.ISO_8859_1);
    }

    private static boolean startsWith(byte[] file, int at, String word) {
        if (at + word.length() > file.length) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (file[at + i] != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
