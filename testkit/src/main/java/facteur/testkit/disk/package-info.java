/**
 * Disks that fail when they are told to: a real one ({@link facteur.testkit.disk.FaultyChannel}),
 * and one in memory that can also lose its power ({@link facteur.testkit.disk.SimulatedDisk}).
 *
 * <p>Decides what is left of what was not synced; what fails and when, a {@link
 * facteur.testkit.disk.DiskFault} or {@link facteur.testkit.disk.SimulatedDisk.Trouble} does.
 *
 * <p>Reads and writes the real file, or pages in memory.
 *
 * <p>Chance comes from the caller's generator.
 *
 * <p>Any thread.
 *
 * <p>Not here: which files there are, and what must hold after a failure (the tests).
 */
@NullMarked
package facteur.testkit.disk;

import org.jspecify.annotations.NullMarked;
