/**
 * Reads a settings file, whole or not at all.
 *
 * <p>Decides which keys there are, what each may hold, and what fits together.
 *
 * <p>Reads the YAML file, the secret files and environment variables it names.
 *
 * <p>Writes nothing.
 *
 * <p>No mutable state; any thread.
 *
 * <p>Not here: YAML itself (facteur.config.yaml), defaults (facteur.config).
 */
@NullMarked
package facteur.config.read;

import org.jspecify.annotations.NullMarked;
