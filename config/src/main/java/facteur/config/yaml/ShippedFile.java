package facteur.config.yaml;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/** Data that comes with Facteur: files beside the classes that read them. */
public final class ShippedFile {
    private ShippedFile() {}

    /**
     * Reads a YAML file that is whole, as the tests have seen.
     *
     * @throws IllegalStateException when it is missing or something is wrong with it
     */
    public static <T> T yaml(Class<?> beside, String name, Function<Section, T> binder) {
        return good(YamlFile.read(text(beside, name), name, binder));
    }

    /** The text of the file. */
    public static String text(Class<?> beside, String name) {
        try (InputStream in = beside.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("no " + name + " beside " + beside);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("read " + name, e);
        }
    }

    private static <T> T good(YamlFile.Read<T> read) {
        return switch (read) {
            case YamlFile.Read.Good<T>(var value, var _) -> value;
            case YamlFile.Read.Bad<T>(var problems) ->
                    throw new IllegalStateException(problems.toString());
        };
    }
}
