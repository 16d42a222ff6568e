package facteur.server.setup;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Macros of SPF (RFC 7208 7), as far as their value does not depend on a message. */
final class SpfMacro {
    private static final Pattern MACRO =
            Pattern.compile("%(?:([%_-])|\\{([A-Za-z])([0-9]{0,3})(r?)([-.+,/_=]*)\\})");
    // RFC 7208 7.3: labels go from the left until that fits.
    private static final int LONGEST = 253;

    private SpfMacro() {}

    /** Whether every percent sign begins a macro that there is. */
    static boolean isWellFormed(String text) {
        String left =
                MACRO.matcher(text)
                        .replaceAll(
                                found -> {
                                    boolean known =
                                            found.group(2) == null
                                                    || "slodiphv"
                                                            .contains(
                                                                    found.group(2)
                                                                            .toLowerCase(
                                                                                    Locale.ROOT));
                                    return known && !"0".equals(found.group(3)) ? "" : "%";
                                });
        return left.indexOf('%') < 0;
    }

    /**
     * @param domain whose record it stands in
     * @param sender the domain of the sender
     * @return empty when the value is not known before there is a message, or there is no such
     *     macro
     */
    static Optional<String> expand(String text, InetAddress address, String domain, String sender) {
        if (text.indexOf('%') < 0) {
            return Optional.of(text);
        }
        if (!isWellFormed(text)) {
            return Optional.empty();
        }
        StringBuilder out = new StringBuilder();
        Matcher macro = MACRO.matcher(text);
        int at = 0;
        while (macro.find()) {
            out.append(text, at, macro.start());
            at = macro.end();
            if (macro.group(1) != null) {
                out.append(
                        switch (macro.group(1)) {
                            case "_" -> " ";
                            case "-" -> "%20";
                            default -> "%";
                        });
                continue;
            }
            Optional<String> value =
                    value(macro.group(2).toLowerCase(Locale.ROOT), address, domain, sender);
            if (value.isEmpty()) {
                return Optional.empty();
            }
            out.append(
                    transformed(
                            value.get(),
                            macro.group(3).isEmpty() ? 0 : Integer.parseInt(macro.group(3)),
                            !macro.group(4).isEmpty(),
                            macro.group(5).isEmpty() ? "." : macro.group(5)));
        }
        return Optional.of(shortened(out.append(text, at, text.length()).toString()));
    }

    private static Optional<String> value(
            String letter, InetAddress address, String domain, String sender) {
        return switch (letter) {
            case "d" -> Optional.of(domain);
            case "o" -> Optional.of(sender);
            case "i" -> Optional.of(dotted(address));
            case "v" -> Optional.of(address.getAddress().length == 4 ? "in-addr" : "ip6");
            default -> Optional.empty(); // sender, local part, greeting, or a name of the address
        };
    }

    private static String dotted(InetAddress address) {
        byte[] octets = address.getAddress();
        return octets.length == 4
                ? address.getHostAddress()
                : HexFormat.of()
                        .formatHex(octets)
                        .chars()
                        .mapToObj(Character::toString)
                        .collect(Collectors.joining("."));
    }

    private static String transformed(String value, int keep, boolean reverse, String delimiters) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (delimiters.indexOf(c) >= 0) {
                parts.add(part.toString());
                part.setLength(0);
            } else {
                part.append(c);
            }
        }
        parts.add(part.toString());
        List<String> ordered = reverse ? parts.reversed() : parts;
        int from = keep == 0 ? 0 : Math.max(0, ordered.size() - keep);
        return String.join(".", ordered.subList(from, ordered.size()));
    }

    private static String shortened(String name) {
        String left = name;
        while (left.length() > LONGEST && left.indexOf('.') >= 0) {
            left = left.substring(left.indexOf('.') + 1);
        }
        return left;
    }
}
