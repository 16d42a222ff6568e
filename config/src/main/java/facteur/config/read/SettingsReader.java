package facteur.config.read;

import facteur.config.AdminSettings;
import facteur.config.Settings;
import facteur.config.SubmissionSettings;
import facteur.config.TrackingSettings;
import facteur.config.yaml.Problem;
import facteur.config.yaml.Setting;
import facteur.config.yaml.ShippedFile;
import facteur.config.yaml.YamlFile;
import facteur.config.yaml.YamlText;
import facteur.mail.address.AddressParser;
import facteur.mail.file.FileReason;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Reads settings files. */
public final class SettingsReader {
    private final Function<String, Optional<String>> environment;
    private final AddressParser.DomainToAscii toAscii;

    /**
     * @param environment where {@code !env} looks
     */
    public SettingsReader(
            Function<String, Optional<String>> environment, AddressParser.DomainToAscii toAscii) {
        this.environment = environment;
        this.toAscii = toAscii;
    }

    /** A reader with the environment of this process. */
    public static SettingsReader ofThisProcess() {
        return new SettingsReader(
                name -> Optional.ofNullable(System.getenv(name)),
                new facteur.config.icu.IcuDomains());
    }

    /** What holds where there is no file. */
    public SettingsResult.Good withoutFile(Path dataDir) {
        Settings defaults = Settings.defaults(dataDir);
        TrackingSettings tracking = defaults.tracking();
        Map<String, Object> laboratory =
                Map.of(
                        "hostname", defaults.hostname(),
                        "data_dir", defaults.dataDir().toString(),
                        "tracking",
                                Map.of(
                                        "base_url", tracking.baseUrl().toString(),
                                        "mode", tracking.mode().key()));
        return switch (read(YamlText.of(laboratory), Path.of("laboratory.yaml"))) {
            case SettingsResult.Good(var settings, var listed) ->
                    new SettingsResult.Good(
                            settings, listed.stream().map(Setting::unsaid).toList());
            case SettingsResult.Bad bad -> throw new IllegalStateException(bad.toString());
        };
    }

    /** Reads a file; relative paths in it are relative to it. */
    public SettingsResult read(Path file) {
        try {
            return read(Files.readString(file, StandardCharsets.UTF_8), file);
        } catch (IOException e) {
            String what = "read settings: " + FileReason.of(e);
            return new SettingsResult.Bad(List.of(new Problem(file.toString(), 1, 1, "", what)));
        }
    }

    /**
     * A key that is asked for.
     *
     * @param name with {@code []} for each item of a list
     * @param value its default, or that of the sample where it has none
     * @param meaning a sentence without its end
     */
    public record Key(String name, Setting.Value value, boolean hasDefault, String meaning) {}

    /** Every key there is, in the order of asking: those of the shipped sample, all put to work. */
    public static List<Key> everyKey() {
        Properties meanings = meanings();
        Path nowhere = Path.of("facteur.yaml");
        SettingsBinder binder =
                new SettingsBinder(
                        nowhere,
                        new SecretReader(nowhere, _ -> Optional.empty()),
                        _ -> Optional.empty());
        Map<String, Setting> defaults =
                ofThisProcess().withoutFile(Path.of("data")).listed().stream()
                        .filter(Setting::isDefault)
                        .collect(Collectors.toMap(Setting::key, Function.identity()));
        Map<String, Key> keys = new LinkedHashMap<>();
        for (Setting setting : YamlFile.keys(inForce(sample()), "facteur.yaml", binder::settings)) {
            String name = setting.key().replaceAll("\\[[0-9]+]", "[]");
            keys.putIfAbsent(
                    name,
                    new Key(
                            name,
                            defaults.getOrDefault(setting.key(), setting).value(),
                            defaults.containsKey(setting.key()),
                            meanings.getProperty(name, "")));
        }
        return List.copyOf(keys.values());
    }

    /** A sample with every line in force. */
    static String inForce(String sample) {
        return sample.replaceAll("(?m)^( *)# (?=[-a-z_ ]+:|  )", "$1");
    }

    private static String sample() {
        try (var in = Settings.class.getResourceAsStream("facteur.yaml")) {
            return new String(
                    Objects.requireNonNull(in, "the sample is shipped").readAllBytes(),
                    StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("read the sample", e);
        }
    }

    /** A sentence for each key, without its end. */
    private static Properties meanings() {
        Properties meanings = new Properties();
        try {
            meanings.load(
                    new StringReader(ShippedFile.text(Settings.class, "meanings.properties")));
        } catch (IOException e) {
            throw new UncheckedIOException("read the meanings of settings", e);
        }
        return meanings;
    }

    /**
     * Where the server of a file is found.
     *
     * @throws IOException when the file cannot be read, or does not say it
     */
    public static ServerLocation whereabouts(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.UTF_8);
        return switch (YamlFile.readSome(
                text, file.toString(), top -> SettingsBinder.whereabouts(top, file))) {
            case YamlFile.Read.Good<ServerLocation>(var found, var _) -> found;
            case YamlFile.Read.Bad<ServerLocation>(List<Problem> problems) ->
                    throw new IOException(new SettingsResult.Bad(problems).toString());
        };
    }

    /** Where the server is found that runs without a file. */
    public static ServerLocation whereaboutsWithoutFile(Path dataDir) {
        return new ServerLocation(
                dataDir, AdminSettings.DEFAULTS.listen(), SubmissionSettings.spoolBelow(dataDir));
    }

    /** Reads a text as if it stood in {@code file}. */
    public SettingsResult read(String text, Path file) {
        SettingsBinder binder =
                new SettingsBinder(file, new SecretReader(file, environment), toAscii);
        return switch (YamlFile.read(text, file.toString(), binder::settings)) {
            case YamlFile.Read.Good<Settings>(var settings, var listed) ->
                    new SettingsResult.Good(settings, listed);
            case YamlFile.Read.Bad<Settings>(List<Problem> problems) ->
                    new SettingsResult.Bad(problems);
        };
    }
}
