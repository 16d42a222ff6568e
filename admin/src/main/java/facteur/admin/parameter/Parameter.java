package facteur.admin.parameter;

import facteur.admin.report.RecipientReport;
import facteur.config.icu.IcuDomains;
import facteur.mail.address.AddressParser;
import facteur.mail.message.MailId;
import facteur.store.query.Timeline;

import java.time.Instant;
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
 * @param many whether it may be given several times
 * @param required whether nothing is answered without it
 */
public record Parameter(String name, boolean many, boolean required, Check check) {
    /** What is wrong with a value; empty when it is understood. */
    public interface Check {
        Optional<Fault> fault(String value);
    }

    private static final AddressParser DOMAINS = new AddressParser(new IcuDomains());
    private static final List<String> SWITCH = List.of("1", "0", "true", "false");

    boolean isNamed(String asked) {
        return name.endsWith(".")
                ? asked.startsWith(name) && asked.length() > name.length()
                : asked.equals(name);
    }

    /** One that is given once. */
    public static Parameter one(String name, Check check) {
        return new Parameter(name, false, false, check);
    }

    /** One that may be given several times. */
    public static Parameter many(String name, Check check) {
        return new Parameter(name, true, false, check);
    }

    /** The same, without which nothing is answered. */
    public Parameter needed() {
        return new Parameter(name, many, true, check);
    }

    public static Parameter text(String name) {
        return one(name, _ -> Optional.empty());
    }

    public static Parameter choice(String name, List<String> values) {
        return one(name, value -> oneOf(value, values));
    }

    /** The constants of a type, as the API writes them. */
    public static List<String> keys(Enum<?>[] values) {
        return Arrays.stream(values).map(value -> value.name().toLowerCase(Locale.ROOT)).toList();
    }

    /** Several values, parted by commas or given one by one, each of which is checked. */
    public static Parameter list(String name, Check each) {
        return many(
                name,
                value ->
                        Arrays.stream(value.split(",", -1))
                                .map(String::strip)
                                .filter(part -> !part.isEmpty())
                                .flatMap(part -> each.fault(part).stream())
                                .findFirst());
    }

    public static Parameter flag(String name) {
        return choice(name, SWITCH);
    }

    public static Parameter number(String name, long least, long most) {
        return one(
                name,
                value -> {
                    boolean digits =
                            value.length() < 19
                                    && value.chars().allMatch(c -> c >= '0' && c <= '9');
                    boolean fits =
                            digits
                                    && Long.parseLong(value) >= least
                                    && Long.parseLong(value) <= most;
                    return unless(
                            fits,
                            Fault.of("number", value, Long.toString(least), Long.toString(most)));
                });
    }

    public static Parameter day(String name) {
        return one(name, value -> unless(read(value).isPresent(), Fault.of("day", value)));
    }

    public static Parameter domain(String name) {
        return one(
                name,
                value -> unless(DOMAINS.domainName(value).isPresent(), Fault.of("domain", value)));
    }

    static Optional<LocalDate> read(String text) {
        try {
            return Optional.of(LocalDate.parse(text));
        } catch (DateTimeParseException _) {
            return Optional.empty(); // the caller says what is allowed
        }
    }

    /** A moment, as RFC 3339 writes it. */
    public static Parameter instant(String name) {
        return one(name, value -> unless(moment(value).isPresent(), Fault.of("moment", value)));
    }

    public static Optional<Instant> moment(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeParseException _) {
            return Optional.empty(); // the caller says what is allowed
        }
    }

    /** The {@code next} of a page of recipients. */
    public static Parameter afterRecipient() {
        return one(
                "after",
                value -> unless(RecipientReport.parse(value).isPresent(), Fault.of("next", value)));
    }

    /** The {@code next} of a page of messages. */
    public static Parameter afterMessage() {
        return one(
                "after", value -> unless(MailId.parse(value).isPresent(), Fault.of("next", value)));
    }

    /** The {@code next} of a page of a timeline. */
    public static Parameter afterMoment() {
        return one("after", value -> unless(Timeline.isNext(value), Fault.of("next", value)));
    }

    public static Optional<Fault> oneOf(String value, Collection<String> values) {
        return values.contains(value)
                ? Optional.empty()
                : Optional.of(
                        Fault.of("choice", value, String.join(", ", values))
                                .meaning(value, values));
    }

    static Optional<Fault> unless(boolean good, Fault fault) {
        return good ? Optional.empty() : Optional.of(fault);
    }
}
