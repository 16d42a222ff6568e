package facteur.message.render;

import facteur.message.control.ControlHeaders;
import facteur.message.mime.HeaderBlock;
import facteur.message.mime.SingleField;
import facteur.message.mime.SingleFields;
import facteur.message.mime.SplicedContent;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/**
 * Writes the header fields of one copy: those of the original but for control fields, one of each
 * {@link SingleField}, and no line of white space alone.
 */
final class HeaderWriter {
    private static final int MAX_LINE = 998; // RFC 5322 2.1.1

    private final HeaderBlock header;
    private final SplicedContent splicedContent;

    HeaderWriter(HeaderBlock header, SplicedContent splicedContent) {
        this.header = header;
        this.splicedContent = splicedContent;
    }

    /** What others have signed: no octet of what stays is touched. */
    void asItCame() {
        for (HeaderBlock.Field field : header.fields()) {
            if (!ControlHeaders.isStripped(field.name())) {
                splicedContent.keep(field.from(), field.to());
            }
        }
    }

    /**
     * @param replaced names of fields that are written elsewhere, or not at all
     */
    void without(Set<String> replaced) {
        SingleFields singleFields = SingleFields.of(header);
        for (HeaderBlock.Field field : header.fields()) {
            if (!replaced.contains(field.name()) && !ControlHeaders.isStripped(field.name())) {
                write(singleFields.inPlaceOf(field));
            }
        }
    }

    private void write(List<HeaderBlock.Field> fields) {
        if (fields.size() == 1) {
            lines(fields.getFirst(), fields.getFirst().from(), fields.getFirst().to());
        } else if (!fields.isEmpty()) {
            joined(fields);
        }
    }

    private void joined(List<HeaderBlock.Field> fields) {
        HeaderBlock.Field first = fields.getFirst();
        int column = lines(first, first.from(), header.value(first).to());
        for (HeaderBlock.Field field : fields.subList(1, fields.size())) {
            HeaderBlock.Span value = header.value(field);
            splicedContent.put(ascii(between(first.name(), column)));
            column = 1 + lines(field, value.from(), value.to());
        }
        splicedContent.put(ascii("\r\n"));
    }

    /** What leads from one value to the next, which begins on a line of its own. */
    private static String between(String name, int column) {
        if (!SingleField.isListWithCommas(name)) {
            return "\r\n ";
        }
        return column < MAX_LINE ? ",\r\n " : "\r\n ,\r\n ";
    }

    /** Writes octets of a field without its blank lines; how long the last line was. */
    private int lines(HeaderBlock.Field field, int from, int to) {
        int column = 0;
        for (HeaderBlock.Span line : header.lines(field)) {
            int start = Math.max(line.from(), from);
            int end = Math.min(line.to(), to);
            if (end > start) {
                splicedContent.keep(start, end);
                column = end - start;
            }
        }
        return column;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
