package facteur.admin.api;

import facteur.admin.report.RecipientReport;
import facteur.config.yaml.DidYouMean;
import facteur.mail.message.MailId;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One parameter of a query, and what it may say. A filter that is not understood would show
 * everything as if it had been asked for, so it is refused.
 *
 * @param name as it is written; one that ends with a dot begins the names of a family
 */
record Parameter(String name, Check check) {
    /** What is wrong with a value; empty when it is understood. */
    interface Check {
        Optional<String> problem(String value);
    }

    private static final List<String> SWITCH = List.of("1", "0", "true", "false");

    boolean isNamed(String asked) {
        return name.endsWith(".")
                ? asked.startsWith(name) && asked.length() > name.length()
                : asked.equals(name);
    }

    static Parameter text(String name) {
        return new Parameter(name, _ -> Optional.empty());
    }

    static Parameter choice(String name, List<String> values) {
        return new Parameter(name, value -> oneOf(value, values));
    }

    /** The constants of a type, as the API writes them. */
    static List<String> keys(Enum<?>[] values) {
        return Arrays.stream(values).map(value -> value.name().toLowerCase(Locale.ROOT)).toList();
    }

    /** Several values, parted by commas, each of which is checked. */
    static Parameter list(String name, Check each) {
        return new Parameter(
                name,
                value ->
                        Arrays.stream(value.split(",", -1))
                                .map(String::strip)
                                .filter(part -> !part.isEmpty())
                                .flatMap(part -> each.problem(part).stream())
                                .findFirst());
    }

    static Parameter flag(String name) {
        return choice(name, SWITCH);
    }

    static Parameter number(String name, long least, long most) {
        return new Parameter(
                name,
                value -> {
                    boolean digits =
                            value.length() < 19
                                    && value.chars().allMatch(c -> c >= '0' && c <= '9');
                    boolean fits =
                            digits
                                    && Long.parseLong(value) >= least
                                    && Long.parseLong(value) <= most;
                    return wrongUnless(fits, value, "is no number from " + least + " to " + most);
                });
    }

    static Parameter day(String name) {
        return new Parameter(
                name, value -> wrongUnless(isDay(value), value, "is no day such as 2026-11-24"));
    }

    private static boolean isDay(String text) {
        try {
            LocalDate.parse(text);
            return true;
        } catch (DateTimeParseException _) {
            return false; // the caller says what is allowed
        }
    }

    /** The {@code next} of a page of recipients. */
    static Parameter afterRecipient() {
        return new Parameter(
                "after",
                value ->
                        wrongUnless(
                                RecipientReport.parse(value).isPresent(),
                                value,
                                "is no next of a page before"));
    }

    /** The {@code next} of a page of messages. */
    static Parameter afterMessage() {
        return new Parameter(
                "after",
                value ->
                        wrongUnless(
                                MailId.parse(value).isPresent(),
                                value,
                                "is no next of a page before"));
    }

    static Optional<String> oneOf(String value, Collection<String> values) {
        return values.contains(value)
                ? Optional.empty()
                : Optional.of(
                        '"'
                                + value
                                + "\" is none of "
                                + String.join(", ", values)
                                + meant(value, values));
    }

    private static Optional<String> wrongUnless(boolean good, String value, String what) {
        return good ? Optional.empty() : Optional.of('"' + value + "\" " + what);
    }

    static String meant(String value, Collection<String> values) {
        return DidYouMean.to(value, values).map(near -> "; did you mean " + near + "?").orElse("");
    }
}
