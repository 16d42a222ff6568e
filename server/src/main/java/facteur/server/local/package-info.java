/**
 * Mail of programs on this machine that call sendmail: left as files in a directory, and taken from
 * there.
 *
 * <p>Decides who hands in what (the owner of a file is its sender), and when a file goes: once its
 * message is on disk in the journal.
 *
 * <p>Reads the spool directory, where anyone may leave files and nobody see those of others, and a
 * socket in it at which a program asks that its file be taken at once.
 *
 * <p>Writes the journal through facteur.mta.submission; what it refuses stays in {@code .refused}.
 *
 * <p>One thread looks through the directory, a virtual thread serves each that asks; a file is
 * taken by whoever moves it away first.
 *
 * <p>Not here: the options of sendmail and its exit statuses (facteur.server.cli).
 */
@NullMarked
package facteur.server.local;

import org.jspecify.annotations.NullMarked;
