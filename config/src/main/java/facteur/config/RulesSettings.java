package facteur.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Rules of an operator's own in place of those that are shipped.
 *
 * @param bounces how refusals are read; a reload reads it again
 */
public record RulesSettings(Optional<Path> bounces) {
    public static final RulesSettings DEFAULTS = new RulesSettings(Optional.empty());
}
