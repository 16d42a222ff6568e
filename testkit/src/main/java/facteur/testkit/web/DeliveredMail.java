package facteur.testkit.web;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A delivered message as a mail reader sees it. Immutable.
 *
 * @param html the text of the first HTML part, if there is one
 * @param text the text of the first plain part, if there is one
 * @param links where the anchors of the HTML part lead, in order, as written after entities are
 *     resolved
 * @param images the sources of its images, in order
 * @param unsubscribe the address to POST to (RFC 8058), when the message offers that
 */
public record DeliveredMail(
        Optional<String> html,
        Optional<String> text,
        List<String> links,
        List<String> images,
        Optional<URI> unsubscribe) {
    private static final Pattern COMMENT = Pattern.compile("<!--(?!\\[if)[\\s\\S]*?-->");
    private static final Pattern TAG =
            Pattern.compile(
                    "<(a|area|img)\\b((?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+)>",
                    Pattern.CASE_INSENSITIVE);
    private static final Pattern ATTRIBUTE =
            Pattern.compile(
                    "([^\\s\"'=<>/]++)(?:\\s*+=\\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\\s>\"']++)))?+");
    private static final Pattern ENTITY =
            Pattern.compile("&(?:#([0-9]{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z]{2,8}));");
    private static final Pattern HTTP_IN_BRACKETS =
            Pattern.compile("<(https?://[^>\\s]+)>", Pattern.CASE_INSENSITIVE);

    public DeliveredMail {
        links = List.copyOf(links);
        images = List.copyOf(images);
    }

    /** Reads a message; whatever it is, something is made of it. */
    public static DeliveredMail parse(byte[] message) {
        MimeEntity mail = MimeEntity.parse(message);
        List<MimeEntity> leaves = mail.leaves();
        Optional<String> html = first(leaves, "text/html");
        String page = COMMENT.matcher(html.orElse("")).replaceAll("");
        return new DeliveredMail(
                html,
                first(leaves, "text/plain"),
                all(page, Set.of("a", "area"), "href"),
                all(page, Set.of("img"), "src"),
                oneClick(mail));
    }

    private static Optional<String> first(List<MimeEntity> leaves, String type) {
        return leaves.stream()
                .filter(part -> part.type().equals(type))
                .map(MimeEntity::text)
                .findFirst();
    }

    private static Optional<URI> oneClick(MimeEntity mail) {
        boolean offered =
                mail.header("List-Unsubscribe-Post")
                        .map(v -> v.contains("List-Unsubscribe=One-Click"))
                        .orElse(false);
        Matcher matcher = HTTP_IN_BRACKETS.matcher(mail.header("List-Unsubscribe").orElse(""));
        return offered && matcher.find()
                ? Optional.of(URI.create(matcher.group(1)))
                : Optional.empty();
    }

    private static List<String> all(String page, Set<String> elements, String attribute) {
        List<String> found = new ArrayList<>();
        Matcher tag = TAG.matcher(page);
        while (tag.find()) {
            if (elements.contains(tag.group(1).toLowerCase(Locale.ROOT))) {
                value(tag.group(2), attribute).map(DeliveredMail::unescape).ifPresent(found::add);
            }
        }
        return found;
    }

    private static Optional<String> value(String attributes, String name) {
        return ATTRIBUTE
                .matcher(attributes)
                .results()
                .filter(match -> match.group(1).equalsIgnoreCase(name))
                .flatMap(match -> Stream.of(2, 3, 4).map(match::group).flatMap(Stream::ofNullable))
                .findFirst();
    }

    private static String unescape(String text) {
        Function<MatchResult, String> character =
                entity -> {
                    if (entity.group(1) != null) {
                        return Character.toString(
                                Math.min(
                                        Character.MAX_CODE_POINT,
                                        Integer.parseInt(entity.group(1))));
                    }
                    if (entity.group(2) != null) {
                        return Character.toString(
                                Math.min(
                                        Character.MAX_CODE_POINT,
                                        Integer.parseInt(entity.group(2), 16)));
                    }
                    return switch (entity.group(3)) {
                        case "amp" -> "&";
                        case "lt" -> "<";
                        case "gt" -> ">";
                        case "quot" -> "\"";
                        case "apos" -> "'";
                        default -> entity.group();
                    };
                };
        return ENTITY.matcher(text.strip())
                .replaceAll(entity -> Matcher.quoteReplacement(character.apply(entity)));
    }
}
