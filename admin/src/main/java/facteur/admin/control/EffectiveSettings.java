package facteur.admin.control;

import facteur.config.yaml.Setting;

import java.util.List;
import java.util.Optional;

/** The settings that the server works with. */
@FunctionalInterface
public interface EffectiveSettings {
    /**
     * One of them.
     *
     * @param afterRestart what is written now, where only a restart puts it to work
     */
    record Line(Setting setting, Optional<Setting> afterRestart) {
        /** Whether there is more to see than a default. */
        public boolean isOwn() {
            return !setting.isDefault() || afterRestart.isPresent();
        }
    }

    /** In the order in which a file has them. */
    List<Line> lines();
}
