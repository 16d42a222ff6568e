package facteur.config.read;

import static facteur.config.yaml.Scalar.TEXT;
import static facteur.config.yaml.Scalar.constant;
import static facteur.config.yaml.Scalar.integer;

import facteur.config.DeliveryTls;
import facteur.config.Settings;
import facteur.config.ShapingPresets;
import facteur.config.SitePreset;
import facteur.config.unit.Rate;
import facteur.config.yaml.Scalar;
import facteur.config.yaml.Section;
import facteur.config.yaml.ShippedFile;
import facteur.config.yaml.YamlFile;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads shaping presets: ours, or an operator's file of the same form. */
public final class ShapingReader {
    private static final String SHIPPED = "shaping.yaml";
    private static final Scalar<Integer> COUNT = integer(1, 100_000, 10);

    // As in shaping.yaml; hold where a file of an operator leaves them out.
    private static final SitePreset OTHERWISE =
            new SitePreset(
                    "default",
                    List.of(),
                    5,
                    10,
                    OptionalInt.empty(),
                    100,
                    new Rate(100, Duration.ofSeconds(1)),
                    new Rate(100, Duration.ofMinutes(1)),
                    Duration.ofSeconds(10),
                    Optional.empty());

    private ShapingReader() {}

    public static YamlFile.Read<ShapingPresets> read(String yaml, String fileName) {
        return YamlFile.read(yaml, fileName, ShapingReader::presets);
    }

    /** The presets that come with this version. */
    public static ShapingPresets shipped() {
        return ShippedFile.yaml(Settings.class, SHIPPED, ShapingReader::presets);
    }

    private static ShapingPresets presets(Section top) {
        String version = top.required("version", TEXT, "none");
        SitePreset defaults = top.section("defaults", in -> site(in, OTHERWISE));
        List<SitePreset> sites = new ArrayList<>();
        top.section("sites", in -> in.named(each -> site(each, defaults)))
                .forEach((name, preset) -> sites.add(named(name, preset)));
        return new ShapingPresets(version, defaults, sites);
    }

    private static SitePreset site(Section in, SitePreset otherwise) {
        int connections = in.value("connections", COUNT, otherwise.connections());
        return new SitePreset(
                otherwise.name(),
                in.list("mx", SettingScalars.HOST_NAME, List.of()),
                Math.min(in.value("start", COUNT, otherwise.start()), connections),
                connections,
                in.optional("together", COUNT).map(OptionalInt::of).orElse(otherwise.together()),
                in.value("messages_per_connection", COUNT, otherwise.messagesPerConnection()),
                in.value("messages", SettingScalars.RATE, otherwise.messages()),
                in.value("new_connections", SettingScalars.RATE, otherwise.newConnections()),
                in.value("idle", SettingScalars.TIME, otherwise.idle()),
                in.optional("tls", constant(DeliveryTls.class)).or(otherwise::tls));
    }

    private static SitePreset named(String name, SitePreset site) {
        return new SitePreset(
                name,
                site.mx(),
                site.start(),
                site.connections(),
                site.together(),
                site.messagesPerConnection(),
                site.messages(),
                site.newConnections(),
                site.idle(),
                site.tls());
    }
}
