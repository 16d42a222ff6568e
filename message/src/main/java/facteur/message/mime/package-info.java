/**
 * The structure of a message: header fields, parts, transfer encodings (RFC 5322, RFC 2045 to
 * 2047).
 *
 * <p>Decides where parts and fields begin and end, and how a message of 8 bits becomes one of 7.
 *
 * <p>Reads message content, in constant memory.
 *
 * <p>Writes nothing; every octet of the original is kept, or replaced in a new content.
 *
 * <p>Pure functions of immutable values; readers belong to one thread.
 *
 * <p>Not here: what stands in an HTML part (facteur.message.html), reports that came back
 * (facteur.mta.feedback.mime4j).
 */
@NullMarked
package facteur.message.mime;

import org.jspecify.annotations.NullMarked;
