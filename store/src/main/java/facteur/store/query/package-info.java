/**
 * What is asked of the views, by subject, and the values that answer.
 *
 * <p>Decides which questions there are. Each names its order, its cursor and what bounds its work,
 * and says nothing of where rows lie: a list comes in pages, each asked for after the last value of
 * the page before, and no caller's code runs inside a transaction over rows. So an answer may as
 * well be gathered from many places: pages merged by their cursor, sums and counts added. Whoever
 * asks takes the one interface that it needs; {@link facteur.store.query.Queries} gives all of
 * them, and those of one instant.
 *
 * <p>Reads nothing: facteur.store.view answers from the rows of facteur.store.fold. Where a row is
 * nothing but what is answered, the value is what the fold works with, and the fold keeps only its
 * octets and the steps in which it changes: {@link facteur.store.query.RecipientState}, {@link
 * facteur.store.query.AcceptedMessage}, {@link facteur.store.query.Contact}, {@link
 * facteur.store.query.Campaign}, {@link facteur.store.query.SuppressedAddress}, {@link
 * facteur.store.query.Readership}, {@link facteur.store.query.LinkClicks}, {@link
 * facteur.store.query.HourCounts}, {@link facteur.store.query.ImportProgress}. Where a row has
 * more, that stays in the fold: a pending row also knows where the oldest octets of its message
 * stand, so it holds a {@link facteur.store.query.PendingRecipient} beside that; sums are counted
 * in place, so {@link facteur.store.query.RecipientSums} is the side of them that does not change.
 * {@link facteur.store.query.MessageRecipient} and {@link facteur.store.query.ReaderStanding} join
 * rows.
 *
 * <p>Writes nothing.
 *
 * <p>No state; any thread.
 *
 * <p>Not here: tables, keys and encodings (facteur.store.fold), which index answers what
 * (facteur.store.view), what a running queue is doing (facteur.mta.queue).
 */
@NullMarked
package facteur.store.query;

import org.jspecify.annotations.NullMarked;
