package facteur.config.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.config.AllowedCampaigns;
import facteur.config.CredentialLimits;
import facteur.config.DeliveryTls;
import facteur.config.Secret;
import facteur.config.Settings;
import facteur.config.ShapingPresets;
import facteur.config.TrackingHost;
import facteur.config.icu.IcuDomains;
import facteur.config.yaml.Scalar;
import facteur.config.yaml.Setting;
import facteur.config.yaml.Setting.Place;
import facteur.config.yaml.Setting.Value;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

@DisplayName("Settings in force, listed")
class ListedSettingsTest {
    private static final String PASSWORD = "hunter2";

    // Read whole, from a value of its own.
    private static final Set<Class<?>> LEAVES =
            Set.of(Secret.class, AllowedCampaigns.class, ShapingPresets.class);

    @TempDir private Path directory;

    private final SettingsReader reader =
            new SettingsReader(
                    name -> Optional.of(PASSWORD).filter(_ -> name.contains("PASSWORD")),
                    new IcuDomains());

    private SettingsResult.Good good(String text) {
        return switch (reader.read(text, directory.resolve("facteur.yaml"))) {
            case SettingsResult.Good good -> good;
            case SettingsResult.Bad bad -> throw new AssertionError(bad.toString());
        };
    }

    private static String shipped(String name) throws IOException {
        try (InputStream in = Settings.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private void put(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    /** The shipped sample with every line in force. */
    private String everything() throws IOException {
        for (String secret : List.of("secrets/app", "keys/s1.pem", "key.pem", "t-key.pem")) {
            put(secret, PASSWORD);
        }
        put("cert.pem", "");
        put("t-cert.pem", "");
        put("shaping.yaml", shipped("shaping.yaml"));
        return shipped("facteur.yaml").replaceAll("(?m)^( *)# (?=[-a-z_ ]+:|  )", "$1");
    }

    private static Setting of(List<Setting> listed, String key) {
        return listed.stream().filter(s -> s.key().equals(key)).findFirst().orElseThrow();
    }

    private static String withoutIndex(String key) {
        return key.replaceAll("\\[\\d+]", "[]");
    }

    /** Each key that the tree of settings has a place for, with what stands there. */
    private static Map<String, Type> keys() {
        Map<String, Type> keys = new TreeMap<>();
        walk(Settings.class, "", keys);
        return keys;
    }

    private static void walk(Class<?> record, String path, Map<String, Type> keys) {
        for (RecordComponent component : record.getRecordComponents()) {
            String name = component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
            Type type = component.getGenericType();
            boolean list =
                    type instanceof ParameterizedType of && of.getRawType().equals(List.class);
            Class<?> held = held(type);
            boolean section =
                    held.isRecord()
                            && held.getPackageName().equals(Settings.class.getPackageName())
                            && !LEAVES.contains(held);
            // Their keys stand beside those of what they belong to.
            boolean beside =
                    held.equals(CredentialLimits.class) || record.equals(TrackingHost.class);
            if (!section) {
                keys.put(path + name, held);
            } else {
                walk(held, beside ? path : path + name + (list ? "[]." : "."), keys);
            }
        }
    }

    private static Class<?> held(Type type) {
        return type instanceof ParameterizedType of
                ? held(of.getActualTypeArguments()[0])
                : (Class<?>) type;
    }

    @Test
    @DisplayName("Whatever the tree of settings holds is listed, and nothing else")
    void whole() throws IOException {
        Set<String> listed =
                good(everything()).listed().stream()
                        .map(setting -> withoutIndex(setting.key()))
                        .collect(Collectors.toSet());
        assertEquals(String.join("\n", keys().keySet()), String.join("\n", new TreeSet<>(listed)));
    }

    @Test
    @DisplayName("Whatever is listed is in the sample")
    void sample() throws IOException {
        String sample = shipped("facteur.yaml");
        for (String key : keys().keySet()) {
            String name = key.substring(key.lastIndexOf('.') + 1);
            assertTrue(sample.contains(name + ":"), key);
        }
    }

    @Test
    @DisplayName("No secret is listed, only where it comes from")
    void secrets() throws IOException {
        String inline =
                everything().replace("password: !file secrets/app", "password: " + PASSWORD);
        for (String text : List.of(everything(), inline)) {
            List<Setting> listed = good(text).listed();
            assertFalse(listed.toString().contains(PASSWORD), listed.toString());
            Map<String, Type> keys = keys();
            List<Setting> secrets =
                    listed.stream()
                            .filter(s -> Secret.class.equals(keys.get(withoutIndex(s.key()))))
                            .toList();
            assertEquals(3, secrets.size(), "password of a credential, DKIM key, admin");
            for (Setting secret : secrets) {
                assertInstanceOf(Value.Secret.class, secret.value(), secret.key());
            }
        }
        List<Setting> listed = good(everything()).listed();
        assertEquals(
                new Value.Secret("!file secrets/app"),
                of(listed, "credentials[0].password").value());
        assertEquals(
                new Value.Secret("!env FACTEUR_ADMIN_PASSWORD"),
                of(listed, "admin.initial_password").value());
        assertEquals(
                new Value.Secret(""), of(good(inline).listed(), "credentials[0].password").value());
        assertEquals(
                new Value.Unset(),
                of(good("hostname: a.example").listed(), "admin.initial_password").value());
    }

    @Test
    @DisplayName(
            "What the file says is listed as it says it, with its line, and whether it differs")
    void origins() {
        List<Setting> listed =
                good("""
                hostname: a.example
                delivery:
                  max_age: 24h
                  port: 25
                  retry:
                    - 1m
                    - 90m
                  tls:
                retention: { timelines: 2160h }
                credentials:
                  - user: app
                    password: hunter2
                    networks: 10.0.0.0/8
                tracking: { base_url: "https://t.example/", mode: "off" }
                """)
                        .listed();
        String file = directory.resolve("facteur.yaml").toString();
        assertEquals(
                new Setting(
                        "delivery.max_age",
                        new Value.One("24h"),
                        Optional.of(new Place(file, 3, 3)),
                        false),
                of(listed, "delivery.max_age"));
        assertEquals(
                new Setting(
                        "delivery.port",
                        new Value.One("25"),
                        Optional.of(new Place(file, 4, 3)),
                        true),
                of(listed, "delivery.port"));
        assertEquals(
                new Setting(
                        "delivery.retry",
                        new Value.Several(List.of("1m", "90m")),
                        Optional.of(new Place(file, 5, 3)),
                        false),
                of(listed, "delivery.retry"));
        assertEquals(
                new Setting("delivery.tls", new Value.One("opportunistic"), Optional.empty(), true),
                of(listed, "delivery.tls"));
        assertTrue(
                of(listed, "retention.timelines").isDefault(), "90 days, however they are written");
        assertEquals(
                new Value.Several(List.of("10.0.0.0/8")),
                of(listed, "credentials[0].networks").value());
        assertEquals(new Value.One("any"), of(listed, "credentials[0].campaigns").value());
        assertEquals(new Value.Unset(), of(listed, "credentials[0].max_age").value());
        assertFalse(of(listed, "tracking.base_url").isDefault());
        assertFalse(of(listed, "hostname").isDefault());
    }

    @Test
    @DisplayName("What no file says is listed as it would be written")
    void defaults() {
        List<Setting> listed = good("hostname: a.example").listed();
        Map<String, String> expected =
                Map.of(
                        "delivery.ehlo", "One[text=a.example]",
                        "delivery.retry", "Several[texts=[5m, 10m, 20m, 40m, 1h20m, 2h40m, 4h]]",
                        "retention.timelines", "One[text=90d]",
                        "submission.max_message_size", "One[text=25MiB]",
                        "submission.listeners[0].address", "One[text=127.0.0.1:2525]",
                        "submission.listeners[0].tls", "One[text=starttls]",
                        "sources[0].weight", "One[text=1]",
                        "credentials", "Several[texts=[]]",
                        "feedback", "Unset[]",
                        "tracking.mode", "One[text=off]");
        expected.forEach(
                (key, value) -> assertEquals(value, of(listed, key).value().toString(), key));
        List<Setting> said = new ArrayList<>(listed);
        said.removeIf(setting -> setting.isDefault() && setting.said().isEmpty());
        assertEquals(List.of("hostname"), said.stream().map(Setting::key).toList());
    }

    @Test
    @DisplayName("Defaults that are listed are those that hold")
    void defaultsHold() {
        Settings read = good("hostname: localhost").settings();
        Settings defaults = Settings.defaults(read.dataDir());
        assertEquals(defaults.submission(), read.submission());
        assertEquals(defaults.sources(), read.sources());
        assertEquals(defaults.tracker(), read.tracker());
        assertEquals(defaults.delivery(), read.delivery());
    }

    @Test
    @DisplayName("Without a file everything is a default")
    void withoutFile() {
        SettingsResult.Good none = reader.withoutFile(directory);
        assertEquals(Settings.defaults(directory), none.settings());
        assertTrue(none.listed().stream().allMatch(s -> s.isDefault() && s.said().isEmpty()));
        assertEquals(new Value.One(directory.toString()), of(none.listed(), "data_dir").value());
    }

    @Test
    @DisplayName("Each kind of value is read as it is written")
    void kinds() {
        Stream.of(
                        SettingScalars.SIZE,
                        SettingScalars.TIME,
                        SettingScalars.RATE,
                        SettingScalars.LISTEN,
                        SettingScalars.ADDRESS,
                        SettingScalars.NETWORK,
                        SettingScalars.TRACKING_MODE,
                        SettingScalars.HOST_NAME,
                        SettingScalars.USER,
                        SettingScalars.BASE_URL,
                        SettingScalars.domain(new IcuDomains()),
                        SettingScalars.server(53),
                        Scalar.SWITCH,
                        Scalar.constant(DeliveryTls.class))
                .forEach(ListedSettingsTest::roundTrip);
    }

    private static <T> void roundTrip(Scalar<T> kind) {
        T value = kind.parse().apply(kind.example()).orElseThrow();
        assertEquals(
                Optional.of(value), kind.parse().apply(kind.write().apply(value)), kind.allowed());
    }
}
