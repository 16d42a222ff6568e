package facteur.testkit.smtp;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What an SMTP server says: a code and at least one line of text (RFC 5321 4.2). An enhanced status
 * code, where there is one, is part of the text, since not every provider puts it first.
 */
public record ServerReply(int code, List<String> lines) {
    public ServerReply {
        lines = List.copyOf(lines);
        if (code < 200 || code > 599 || lines.isEmpty()) {
            throw new IllegalArgumentException("no SMTP reply: " + code + " " + lines);
        }
        for (String line : lines) {
            if (line.indexOf('\r') >= 0 || line.indexOf('\n') >= 0) {
                throw new IllegalArgumentException("a reply line with a line break: " + line);
            }
        }
    }

    public static ServerReply of(int code, String... lines) {
        return new ServerReply(code, List.of(lines));
    }

    /**
     * Reads a reply as it stands on the wire, its lines parted by line breaks.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static ServerReply parse(String text) {
        List<String> all = text.lines().toList();
        if (all.isEmpty()
                || all.stream().anyMatch(line -> !line.matches("[2-5][0-9][0-9]([ -].*)?"))) {
            throw new IllegalArgumentException("no SMTP reply: \"" + text + "\"");
        }
        int code = Integer.parseInt(all.getFirst().substring(0, 3));
        return new ServerReply(
                code,
                all.stream().map(line -> line.length() < 4 ? "" : line.substring(4)).toList());
    }

    public boolean positive() {
        return code < 400;
    }

    /** The same reply, said on at least three lines. */
    ServerReply spreadOut() {
        return lines.size() >= 3
                ? this
                : new ServerReply(
                        code,
                        List.of(
                                lines.getFirst(),
                                "(said on several lines,",
                                lines.getLast() + ")"));
    }

    /** The reply with its code on each line and CRLF at their ends. */
    public byte[] wire() {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            out.append(code)
                    .append(i == lines.size() - 1 ? ' ' : '-')
                    .append(lines.get(i))
                    .append("\r\n");
        }
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** All lines as one text, with the code on each, parted by line feeds. */
    @Override
    public String toString() {
        return new String(wire(), StandardCharsets.UTF_8).replace("\r\n", "\n").strip();
    }
}
