/**
 * What pages, API and CSV say about campaigns, contacts and messages, asked of the views once and
 * in one way.
 *
 * <p>Decides which rows answer a question, and in what order.
 *
 * <p>Reads the views.
 *
 * <p>Writes nothing.
 *
 * <p>Any thread.
 *
 * <p>Not here: rates (facteur.mail.status), words (facteur.admin.language), markup
 * (facteur.admin.screen).
 */
@NullMarked
package facteur.admin.report;

import org.jspecify.annotations.NullMarked;
