/**
 * YAML files as trees that know where each value stands; the only package that imports
 * snakeyaml-engine.
 *
 * <p>Decides what is a well-formed file, which keys were asked for and which were not, and how a
 * problem is said.
 *
 * <p>Reads YAML 1.2 text: settings, shaping presets, bounce rules, robot rules.
 *
 * <p>Writes problems with file, line, column and key.
 *
 * <p>A {@link facteur.config.yaml.Section} belongs to the thread that reads the file; the rest is
 * immutable.
 *
 * <p>Not here: which keys there are (facteur.config.read and the packages whose data it is).
 */
@NullMarked
package facteur.config.yaml;

import org.jspecify.annotations.NullMarked;
