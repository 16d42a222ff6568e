package facteur.message.mime;

import facteur.mail.text.Ascii;
import facteur.mail.text.PlainText;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The header section of a message or of a part (RFC 5322 2.2, RFC 2045 3), by field, with every
 * octet kept. A line that is no field is kept too, under an empty name, and makes the block
 * malformed.
 */
public final class HeaderBlock {
    private static final byte[] MAILBOX = "From ".getBytes(StandardCharsets.US_ASCII);

    private final byte[] octets;
    private final List<Field> fields;

    /**
     * One field of the block it was taken from.
     *
     * @param name in lower case; empty for a line that is no field
     * @param from offset of its first octet
     * @param valueFrom offset of what follows the colon
     * @param to offset behind its last line break
     */
    public record Field(String name, int from, int valueFrom, int to) {}

    /** Octets of the block. */
    public record Span(int from, int to) {}

    private HeaderBlock(byte[] octets, List<Field> fields) {
        this.octets = octets;
        this.fields = List.copyOf(fields);
    }

    /** The block in {@code octets}, which end with the empty line, or with the last field. */
    public static HeaderBlock of(byte[] octets) {
        byte[] own = octets.clone();
        List<Field> fields = new ArrayList<>();
        int at = 0;
        while (at < own.length && !isEmptyLine(own, at)) {
            int end = lineEnd(own, at);
            while (end < own.length && isBlank(own[end]) && !isEmptyLine(own, end)) {
                end = lineEnd(own, end);
            }
            fields.add(field(own, at, end));
            at = end;
        }
        return new HeaderBlock(own, fields);
    }

    public List<Field> fields() {
        return fields;
    }

    /** Octets of the block, with the empty line when there is one: where the body starts. */
    public int length() {
        return octets.length;
    }

    /** Offset of the empty line, or the length when there is none. */
    public int fieldsEnd() {
        return fields.isEmpty() ? 0 : fields.getLast().to();
    }

    public boolean isAscii() {
        return Ascii.is(octets, octets.length);
    }

    /** Whether there is an octet that text must not have, and to which many programs end it. */
    public boolean hasNul() {
        for (byte octet : octets) {
            if (octet == 0) {
                return true;
            }
        }
        return false;
    }

    /** Whether some line is no field. */
    public boolean isMalformed() {
        for (Field field : fields) {
            if (field.name().isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Octets at the start that are no fields but what a mailbox file puts between messages (RFC
     * 4155), {@code From } or {@code >From }, and that are of no use outside of it.
     */
    public int mailboxLines() {
        int end = 0;
        for (Field field : fields) {
            if (!isMailboxLine(field)) {
                break;
            }
            end = field.to();
        }
        return end;
    }

    /** The number of the first line that is no field and cannot be left out either, from one. */
    public OptionalInt strayLine() {
        if (!isMalformed()) {
            return OptionalInt.empty();
        }
        int from = mailboxLines();
        Optional<Field> stray =
                fields.stream()
                        .filter(field -> field.from() >= from && field.name().isEmpty())
                        .findFirst();
        if (stray.isEmpty()) {
            return OptionalInt.empty();
        }
        int line = 1;
        for (int i = 0; i < stray.get().from(); i++) {
            line += octets[i] == '\n' ? 1 : 0;
        }
        return OptionalInt.of(line);
    }

    private boolean isMailboxLine(Field field) {
        int from = field.from() + (octets[field.from()] == '>' ? 1 : 0);
        return field.name().isEmpty()
                && field.to() - from >= MAILBOX.length
                && Arrays.equals(octets, from, from + MAILBOX.length, MAILBOX, 0, MAILBOX.length);
    }

    /** The topmost field of that name, in any case. */
    public Optional<Field> first(String name) {
        for (Field field : fields) {
            if (field.name().equalsIgnoreCase(name)) {
                return Optional.of(field);
            }
        }
        return Optional.empty();
    }

    /** All fields of that name, in any case, topmost first. */
    public List<Field> all(String name) {
        List<Field> all = new ArrayList<>();
        for (Field field : fields) {
            if (field.name().equalsIgnoreCase(name)) {
                all.add(field);
            }
        }
        return all;
    }

    /** The topmost field of that name that says something. One that is empty is as good as none. */
    public Optional<Field> said(String name) {
        for (Field field : fields) {
            if (field.name().equalsIgnoreCase(name) && !isEmpty(field)) {
                return Optional.of(field);
            }
        }
        return Optional.empty();
    }

    /** Whether some field of that name says something. */
    public boolean has(String name) {
        return said(name).isPresent();
    }

    /**
     * Whether the field says nothing: white space alone follows the colon or, where comments are no
     * text, comments and the marks around and between what is missing ({@code <>}).
     */
    public boolean isEmpty(Field field) {
        boolean structured = SingleField.isStructured(field.name());
        int depth = 0; // of comments
        for (int i = field.valueFrom(); i < field.to(); i++) {
            byte octet = octets[i];
            if (structured && depth > 0 && octet == '\\') {
                i++;
            } else if (structured && octet == '(') {
                depth++;
            } else if (depth > 0) {
                depth -= octet == ')' ? 1 : 0;
            } else if (!isWhite(octet) && !(structured && isMark(octet))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isMark(byte octet) {
        return octet == '<' || octet == '>' || octet == ',' || octet == ';';
    }

    /**
     * The lines of a field that say something, each with its line break. One of white space alone
     * may be read (RFC 5322 4.2) but not be written, since to some readers the header ends there.
     */
    public List<Span> lines(Field field) {
        List<Span> lines = new ArrayList<>();
        for (int at = field.from(); at < field.to(); ) {
            int end = Math.min(lineEnd(octets, at), field.to());
            if (!isWhite(at, end)) {
                lines.add(new Span(at, end));
            }
            at = end;
        }
        return lines;
    }

    /** Where the value of a field begins and ends, without white space around it. */
    public Span value(Field field) {
        int from = field.valueFrom();
        int to = field.to();
        while (from < to && isWhite(octets[from])) {
            from++;
        }
        while (to > from && isWhite(octets[to - 1])) {
            to--;
        }
        return new Span(from, to);
    }

    private boolean isWhite(int from, int to) {
        for (int i = from; i < to; i++) {
            if (!isWhite(octets[i])) {
                return false;
            }
        }
        return true;
    }

    /** Every control character is a blank to some reader. */
    private static boolean isWhite(byte octet) {
        return octet >= 0 && octet <= ' ';
    }

    /** The value unfolded and trimmed: UTF-8 when it is, else octet by octet. */
    public String text(Field field) {
        String raw = FieldText.of(octets, field.valueFrom(), field.to());
        StringBuilder text = new StringBuilder(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c != '\r' && c != '\n') {
                text.append(c == '\t' ? ' ' : c);
            }
        }
        return text.toString().strip();
    }

    /** The value of the topmost field of that name, unfolded and trimmed. */
    public Optional<String> text(String name) {
        return first(name).map(this::text);
    }

    /**
     * The value as people read it: encoded words decoded (RFC 2047), no control characters, at most
     * {@code limit} characters.
     */
    public String people(Field field, int limit) {
        return PlainText.text(EncodedWords.decode(text(field)), limit);
    }

    /** A copy of some octets of the block. */
    public byte[] octets(int from, int to) {
        return Arrays.copyOfRange(octets, from, to);
    }

    private static Field field(byte[] octets, int from, int to) {
        int colon = from;
        while (colon < to && octets[colon] > ' ' && octets[colon] < 0x7f && octets[colon] != ':') {
            colon++;
        }
        int name = colon;
        while (colon < to && isBlank(octets[colon])) { // obsolete, yet it occurs: RFC 5322 4.5
            colon++;
        }
        if (name == from || colon == to || octets[colon] != ':') {
            return new Field("", from, from, to);
        }
        String text = new String(octets, from, name - from, StandardCharsets.US_ASCII);
        return new Field(text.toLowerCase(Locale.ROOT), from, colon + 1, to);
    }

    private static int lineEnd(byte[] octets, int from) {
        int at = from;
        while (at < octets.length && octets[at] != '\n') {
            at++;
        }
        return Math.min(at + 1, octets.length);
    }

    private static boolean isEmptyLine(byte[] octets, int at) {
        return octets[at] == '\n'
                || (octets[at] == '\r' && at + 1 < octets.length && octets[at + 1] == '\n');
    }

    private static boolean isBlank(byte octet) {
        return octet == ' ' || octet == '\t';
    }
}
