/**
 * Doors that strangers come to: how many are let in at a time, and how often one may guess.
 *
 * <p>Decides who gives way when there are too many connections, and how long who guessed a password
 * wrong has to wait. Every listener with a login uses the same.
 *
 * <p>Reads nothing.
 *
 * <p>Writes nothing: all of it is in memory, and bounded.
 *
 * <p>Any thread; each class guards its own state. Time is passed in.
 *
 * <p>Not here: what a client is told (facteur.mta.reception, facteur.admin.screen), the limits an
 * operator chose (facteur.config), readers' connections (facteur.tracker.netty).
 */
@NullMarked
package facteur.config.access;

import org.jspecify.annotations.NullMarked;
