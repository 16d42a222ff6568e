package facteur.config.yaml;

import java.util.List;
import java.util.function.Function;

/** Reads one YAML file into what it means, or into everything that is wrong with it. */
public final class YamlFile {

    /** What reading came to. */
    public sealed interface Read<T> {
        /**
         * @param settings every key that was asked for, in the order of asking
         */
        record Good<T>(T value, List<Setting> settings) implements Read<T> {
            public Good {
                settings = List.copyOf(settings);
            }
        }

        /**
         * @param problems at least one, in the order of the file
         */
        record Bad<T>(List<Problem> problems) implements Read<T> {}
    }

    private YamlFile() {}

    /**
     * Reads {@code text}, whose top level is a mapping, with {@code binder}, which asks the section
     * for each key it knows; keys it never asks for are problems.
     */
    public static <T> Read<T> read(String text, String fileName, Function<Section, T> binder) {
        return read(text, new Problems(fileName), fileName, binder);
    }

    /** The keys that a binder asks for when it reads a text, whatever is wrong with that. */
    public static List<Setting> keys(String text, String fileName, Function<Section, ?> binder) {
        Problems problems = new Problems(fileName);
        KeysRead keysRead = new KeysRead(fileName);
        Object _ =
                binder.apply(
                        new Section(
                                new Composer(fileName, problems).compose(text),
                                "",
                                true,
                                problems,
                                keysRead));
        return keysRead.settings();
    }

    /** Reads a few keys of a file; what else stands in it is not looked at. */
    public static <T> Read<T> readSome(String text, String fileName, Function<Section, T> binder) {
        return read(text, new Problems(fileName, false), fileName, binder);
    }

    private static <T> Read<T> read(
            String text, Problems problems, String fileName, Function<Section, T> binder) {
        KeysRead keysRead = new KeysRead(fileName);
        Section top =
                new Section(
                        new Composer(fileName, problems).compose(text),
                        "",
                        true,
                        problems,
                        keysRead);
        T value = binder.apply(top);
        if (!problems.isBroken()) {
            top.refuseUnknownKeys();
        }
        return problems.isEmpty()
                ? new Read.Good<>(value, keysRead.settings())
                : new Read.Bad<>(problems.inOrderOfTheFile());
    }
}
