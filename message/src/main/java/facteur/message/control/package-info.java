/**
 * What a message says to us on its way in, and the fields that it lacks.
 *
 * <p>Decides what its control fields ask for (campaign, tags, contact, tracking), and what
 * Received, Date and Message-ID say.
 *
 * <p>Reads the header of a message.
 *
 * <p>Writes nothing: the header that is stored, and the facts that are recorded, are values.
 *
 * <p>Pure; one reading belongs to one thread.
 *
 * <p>Not here: who may send for whom (facteur.mta.submission), each recipient's copy
 * (facteur.message.render).
 */
@NullMarked
package facteur.message.control;

import org.jspecify.annotations.NullMarked;
