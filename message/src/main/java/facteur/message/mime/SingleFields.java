package facteur.message.mime;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a header has of each {@link SingleField}, and how one of each is sent; and no field that
 * must say something and does not.
 */
public final class SingleFields {
    private static final Pattern BLANKS = Pattern.compile(" +");

    private final Map<SingleField, List<HeaderBlock.Field>> different =
            new EnumMap<>(SingleField.class);

    private final HeaderBlock header;

    private SingleFields(HeaderBlock header) {
        this.header = header;
    }

    public static SingleFields of(HeaderBlock header) {
        Map<SingleField, List<HeaderBlock.Field>> all = new EnumMap<>(SingleField.class);
        for (HeaderBlock.Field field : header.fields()) {
            SingleField.of(field.name())
                    .ifPresent(
                            kind -> all.computeIfAbsent(kind, _ -> new ArrayList<>()).add(field));
        }
        SingleFields fields = new SingleFields(header);
        all.forEach((kind, some) -> fields.different.put(kind, different(header, kind, some)));
        return fields;
    }

    /** Those that say something, each value once. */
    private static List<HeaderBlock.Field> different(
            HeaderBlock header, SingleField kind, List<HeaderBlock.Field> fields) {
        Map<String, HeaderBlock.Field> byValue = new LinkedHashMap<>();
        for (HeaderBlock.Field field : fields) {
            if (!header.isEmpty(field)) {
                String value = BLANKS.matcher(header.text(field)).replaceAll(" ");
                byValue.putIfAbsent(value, field);
            }
        }
        return byValue.isEmpty() && kind.mayBeEmpty()
                ? List.of(fields.getFirst())
                : List.copyOf(byValue.values());
    }

    /** One that stands there several times, with different values between which nobody chooses. */
    public Optional<SingleField> contradiction() {
        return several().stream()
                .filter(kind -> kind.repeats() == SingleField.Repeats.REFUSED)
                .findFirst();
    }

    /** Those that stand there several times with different values. */
    public List<SingleField> several() {
        return different.entrySet().stream()
                .filter(entry -> entry.getValue().size() > 1)
                .map(Map.Entry::getKey)
                .toList();
    }

    /**
     * What is sent where a field stands: the field, others that are joined to it, or nothing. A
     * contradiction in what nobody was asked about stays as it is.
     */
    public List<HeaderBlock.Field> inPlaceOf(HeaderBlock.Field field) {
        Optional<SingleField> kind = SingleField.of(field.name());
        if (kind.isEmpty()) {
            boolean isVoid = SingleField.isNeverEmpty(field.name()) && header.isEmpty(field);
            return isVoid ? List.of() : List.of(field);
        }
        List<HeaderBlock.Field> values = different.getOrDefault(kind.get(), List.of());
        return switch (kind.get().repeats()) {
            case REFUSED -> values.contains(field) ? List.of(field) : List.of();
            case FIRST_STAYS -> isFirst(field, values) ? List.of(field) : List.of();
            case JOINED_BY_COMMA, JOINED_BY_BLANK -> isFirst(field, values) ? values : List.of();
        };
    }

    private static boolean isFirst(HeaderBlock.Field field, List<HeaderBlock.Field> values) {
        return !values.isEmpty() && values.getFirst().equals(field);
    }
}
