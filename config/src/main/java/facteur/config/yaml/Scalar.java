package facteur.config.yaml;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A kind of single value: how it is read and written, and what to say when it cannot be read.
 *
 * @param allowed completes the sentence "allowed: ..."
 * @param example a text that can be read
 * @param write makes a text that is read as the same value
 */
public record Scalar<T>(
        String allowed,
        String example,
        Function<String, Optional<T>> parse,
        Function<T, String> write) {
    /** A kind whose values write themselves. */
    public Scalar(String allowed, String example, Function<String, Optional<T>> parse) {
        this(allowed, example, parse, String::valueOf);
    }

    public static final Scalar<String> TEXT =
            new Scalar<>("a text", "word", text -> Optional.of(text).filter(t -> !t.isBlank()));

    public static final Scalar<Boolean> SWITCH =
            new Scalar<>(
                    "true or false",
                    "true",
                    text ->
                            switch (text) {
                                case "true" -> Optional.of(true);
                                case "false" -> Optional.of(false);
                                default -> Optional.empty();
                            });

    /** Whole numbers within bounds that are both allowed. */
    public static Scalar<Integer> integer(int least, int most, int example) {
        return new Scalar<>(
                "a whole number from " + least + " to " + most,
                Integer.toString(example),
                text -> parseInt(text).filter(n -> n >= least && n <= most));
    }

    /** One of a few words. */
    public static Scalar<String> word(String... words) {
        return new Scalar<>(
                oneOf(words),
                words[0],
                text -> Optional.of(text).filter(Arrays.asList(words)::contains));
    }

    /** One of the constants of an enum, written in lower case with hyphens or underscores. */
    public static <E extends Enum<E>> Scalar<E> constant(Class<E> type) {
        E[] constants = type.getEnumConstants();
        String[] words = Arrays.stream(constants).map(Scalar::word).toArray(String[]::new);
        return new Scalar<>(
                oneOf(words),
                words[0],
                text ->
                        Arrays.stream(constants)
                                .filter(constant -> word(constant).equals(text))
                                .findFirst(),
                Scalar::word);
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(java.util.Locale.ROOT);
    }

    private static String oneOf(String... words) {
        return Arrays.stream(words).collect(Collectors.joining(", "));
    }

    /** The same kind of value, but only those that {@code condition} holds for. */
    public Scalar<T> only(String allowedNow, Predicate<T> condition) {
        return new Scalar<>(
                allowedNow, example, text -> parse.apply(text).filter(condition), write);
    }

    private static Optional<Integer> parseInt(String text) {
        try {
            return Optional.of(Integer.valueOf(text));
        } catch (NumberFormatException _) {
            return Optional.empty(); // not a number: the caller says what is allowed
        }
    }
}
