package facteur.admin.api;

import facteur.admin.control.EffectiveSettings;
import facteur.config.yaml.Setting;
import facteur.config.yaml.Setting.Place;
import facteur.config.yaml.Setting.Value;

import java.util.List;
import java.util.Optional;

/** A setting in force, and what a restart makes of it. */
record SettingShape(String key, Written now, Optional<Written> afterRestart) {
    static SettingShape of(EffectiveSettings.Line line) {
        return new SettingShape(
                line.setting().key(),
                Written.of(line.setting()),
                line.afterRestart().map(Written::of));
    }

    /**
     * A value and where it is said.
     *
     * @param value a text or a list of them; empty where there is none, or it is secret
     * @param from where a secret is fetched; empty where it stands in the file
     * @param file empty where no file says it
     */
    record Written(
            Optional<Object> value,
            boolean secret,
            Optional<String> from,
            Optional<String> file,
            Optional<Integer> line,
            boolean isDefault) {
        static Written of(Setting setting) {
            Optional<String> file = setting.said().map(Place::file);
            Optional<Integer> line = setting.said().map(Place::line);
            boolean isDefault = setting.isDefault();
            return switch (setting.value()) {
                case Value.One(String text) -> plain(text, file, line, isDefault);
                case Value.Several(List<String> texts) -> plain(texts, file, line, isDefault);
                case Value.Secret(String from) ->
                        new Written(
                                Optional.empty(),
                                true,
                                Optional.of(from).filter(f -> !f.isEmpty()),
                                file,
                                line,
                                isDefault);
                case Value.Unset _ ->
                        new Written(
                                Optional.empty(), false, Optional.empty(), file, line, isDefault);
            };
        }

        private static Written plain(
                Object value, Optional<String> file, Optional<Integer> line, boolean isDefault) {
            return new Written(Optional.of(value), false, Optional.empty(), file, line, isDefault);
        }
    }
}
