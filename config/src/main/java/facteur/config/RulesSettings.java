package facteur.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Rules of an operator's own in place of those that are shipped.
 *
 * @param bounces how refusals are read; a reload reads it again
 * @param robots who is taken for a machine; a reload reads it again
 */
public record RulesSettings(Optional<Path> bounces, Optional<Path> robots) {
    public static final RulesSettings DEFAULTS =
            new RulesSettings(Optional.empty(), Optional.empty());
}
