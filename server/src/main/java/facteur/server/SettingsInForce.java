package facteur.server;

import facteur.admin.control.EffectiveSettings;
import facteur.config.yaml.Setting;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Settings as they are written now, except where those of the start go on until a restart. */
final class SettingsInForce implements EffectiveSettings {
    private final List<Setting> started;
    private final Supplier<List<Setting>> written;

    SettingsInForce(List<Setting> started, Supplier<List<Setting>> written) {
        this.started = List.copyOf(started);
        this.written = written;
    }

    @Override
    public List<Line> lines() {
        Map<String, Setting> before = new LinkedHashMap<>();
        started.stream()
                .filter(setting -> !Reloading.isLive(setting.key()))
                .forEach(setting -> before.put(setting.key(), setting));
        List<Line> lines = new ArrayList<>();
        for (Setting now : written.get()) {
            lines.add(
                    Reloading.isLive(now.key())
                            ? new Line(now, Optional.empty())
                            : line(Optional.ofNullable(before.remove(now.key())), now));
        }
        before.values().forEach(gone -> lines.add(new Line(gone, Optional.of(unset(gone)))));
        return lines;
    }

    private static Line line(Optional<Setting> before, Setting now) {
        Setting old = before.orElseGet(() -> unset(now));
        return old.value().equals(now.value())
                ? new Line(now, Optional.empty())
                : new Line(old, Optional.of(now));
    }

    private static Setting unset(Setting like) {
        return new Setting(like.key(), new Setting.Value.Unset(), Optional.empty(), true);
    }
}
