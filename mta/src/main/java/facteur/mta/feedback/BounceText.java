package facteur.mta.feedback;

import facteur.mta.feedback.mime4j.DecodedField;
import facteur.mta.feedback.mime4j.MailParts;
import facteur.mta.feedback.mime4j.TextPart;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The words of a notice, without the mail that it returns.
 *
 * @param lines of the notice itself, bounded in number and length
 * @param original header fields of the returned mail, where it follows in the same text
 * @param naming by address in lower case, the lines that name it; made once, since strangers choose
 *     how many there are of both
 */
record BounceText(
        List<String> lines, List<DecodedField> original, Map<String, List<Integer>> naming) {
    private static final int MAX_LINES = 2000;
    private static final int MAX_LINE = 2000;

    private static final List<String> ORIGINAL_BEGINS =
            List.of(
                    "below this line is a copy",
                    "this is a copy of the message",
                    "this is a copy of your message",
                    "original message",
                    "header of the original",
                    "unsent message follows",
                    "message headers follow",
                    "returned message",
                    "original mail",
                    "copy of the original",
                    "message header follows",
                    "original header",
                    "undelivered message",
                    "text of your message",
                    "headers of your message",
                    "your message follows",
                    "nachricht folgt",
                    "message d'origine",
                    "message original",
                    "mensaje original",
                    "исходное сообщение",
                    "元のメール",
                    "原邮件",
                    "原郵件");

    BounceText {
        lines = List.copyOf(lines);
        original = List.copyOf(original);
    }

    static BounceText of(List<TextPart> parts) {
        List<String> notice = new ArrayList<>();
        List<String> rest = new ArrayList<>();
        for (TextPart textPart : parts) {
            boolean isHtml = textPart.type().equals("text/html");
            if (textPart.type().equals("text/plain") || (isHtml && notice.isEmpty())) {
                split(isHtml ? HtmlText.text(textPart.text()) : textPart.text(), notice, rest);
            }
        }
        return new BounceText(notice, MailParts.headersOf(headerBlock(rest)), naming(notice));
    }

    private static Map<String, List<Integer>> naming(List<String> lines) {
        Map<String, List<Integer>> naming = new HashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            for (AddressScanner.Found found : AddressScanner.all(lines.get(i))) {
                String address = found.address().toLowerCase(Locale.ROOT);
                naming.computeIfAbsent(address, _ -> new ArrayList<>()).add(i);
            }
        }
        return naming;
    }

    /** The lines that name an address. */
    List<Integer> linesOf(String address) {
        return naming.getOrDefault(address.toLowerCase(Locale.ROOT), List.of());
    }

    private static void split(String text, List<String> notice, List<String> rest) {
        boolean inOriginal = false;
        boolean told = false;
        for (String line : (Iterable<String>) text.lines().limit(MAX_LINES)::iterator) {
            String bounded = line.length() > MAX_LINE ? line.substring(0, MAX_LINE) : line;
            inOriginal = inOriginal || (told && beginsOriginal(bounded));
            (inOriginal ? rest : notice).add(bounded);
            told = told || !line.isBlank();
        }
    }

    private static boolean beginsOriginal(String line) {
        String words = line.strip().toLowerCase(Locale.ROOT);
        boolean ruled =
                words.startsWith("--")
                        || words.endsWith(":")
                        || words.endsWith("--")
                        || words.endsWith("follow.")
                        || words.endsWith("follows.");
        return line.startsWith("Received: ")
                || line.startsWith("Received:from")
                || line.startsWith("Return-Path: <")
                || line.startsWith("Return-path: <")
                || (ruled
                        && words.length() < 100
                        && ORIGINAL_BEGINS.stream().anyMatch(words::contains));
    }

    /** From the first line that is a header field on, without common indentation. */
    private static String headerBlock(List<String> lines) {
        StringBuilder block = new StringBuilder();
        boolean begun = false;
        for (String line : lines) {
            boolean field = line.strip().matches("[A-Za-z][A-Za-z0-9-]{1,40}:.*");
            begun = begun || field;
            if (begun) {
                block.append(field ? line.strip() : line).append('\n');
            }
            if (begun && line.isBlank()) {
                break;
            }
        }
        return block.toString();
    }

    String text() {
        return String.join("\n", lines);
    }

    /** Runs of lines between blank ones, joined. */
    List<String> paragraphs() {
        return paragraphs(0, lines.size());
    }

    List<String> paragraphs(int from, int to) {
        List<String> paragraphs = new ArrayList<>();
        StringBuilder paragraph = new StringBuilder();
        for (String line : lines.subList(from, to)) {
            if (line.isBlank()) {
                if (!paragraph.isEmpty()) {
                    paragraphs.add(paragraph.toString());
                    paragraph.setLength(0);
                }
            } else {
                paragraph.append(paragraph.isEmpty() ? "" : " ").append(line.strip());
            }
        }
        if (!paragraph.isEmpty()) {
            paragraphs.add(paragraph.toString());
        }
        return paragraphs;
    }
}
