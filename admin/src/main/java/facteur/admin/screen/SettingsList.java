package facteur.admin.screen;

import facteur.admin.control.EffectiveSettings;
import facteur.config.yaml.Setting;
import facteur.config.yaml.Setting.Value;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Settings in force by section, as far as a reader wants to see them.
 *
 * @param wanted a part of what is shown of a key; empty: all
 * @param onlyOwn whether those that are as they are by default are left out
 */
public record SettingsList(List<EffectiveSettings.Line> lines, String wanted, boolean onlyOwn) {
    /** The section of keys that stand in none. */
    private static final String TOP = "top";

    public SettingsList {
        lines = List.copyOf(lines);
    }

    /** The lines below one key. */
    public record Section(String name, List<EffectiveSettings.Line> lines) {
        public Section {
            lines = List.copyOf(lines);
        }

        /** How many of them are not as they are by default. */
        public long own() {
            return lines.stream().filter(EffectiveSettings.Line::isOwn).count();
        }
    }

    /** Whether something is left out. */
    public boolean isNarrowed() {
        return onlyOwn || !wanted.isEmpty();
    }

    public List<Section> sections() {
        Map<String, List<EffectiveSettings.Line>> sections = new LinkedHashMap<>();
        lines.stream()
                .filter(line -> line.isOwn() || !onlyOwn)
                .filter(this::isWanted)
                .forEach(
                        line ->
                                sections.computeIfAbsent(section(line), _ -> new ArrayList<>())
                                        .add(line));
        return sections.entrySet().stream()
                .map(entry -> new Section(entry.getKey(), entry.getValue()))
                .toList();
    }

    private boolean isWanted(EffectiveSettings.Line line) {
        return shown(line.setting()).contains(wanted.toLowerCase(Locale.ROOT));
    }

    private static String shown(Setting setting) {
        return (setting.key() + " " + String.join(" ", texts(setting.value())))
                .toLowerCase(Locale.ROOT);
    }

    private static String section(EffectiveSettings.Line line) {
        String[] parts = line.setting().key().split("[.\\[]", 2);
        boolean top = parts.length == 1 && line.setting().value() instanceof Value.One;
        return top ? TOP : parts[0];
    }

    /** What is written of a value; nothing of what is not there, and of a secret where it is. */
    public static List<String> texts(Value value) {
        return switch (value) {
            case Value.One(String text) -> List.of(text);
            case Value.Several(List<String> texts) -> texts;
            case Value.Secret(String from) -> from.isEmpty() ? List.of() : List.of(from);
            case Value.Unset _ -> List.of();
        };
    }

    /** What to say beside or instead of the texts of a value; empty: they say it all. */
    public static Optional<String> remark(Value value) {
        return switch (value) {
            case Value.One _ -> Optional.empty();
            case Value.Several(List<String> texts) ->
                    texts.isEmpty() ? Optional.of("settings.none") : Optional.empty();
            case Value.Secret _ -> Optional.of("settings.is_secret");
            case Value.Unset _ -> Optional.of("settings.unset");
        };
    }

    /** The file that says a setting, without the directories before it. */
    public static String file(Setting.Place place) {
        Path name = Path.of(place.file()).getFileName();
        return name == null ? place.file() : name.toString();
    }
}
