/**
 * Jackson, and nothing of it outside.
 *
 * <p>Does the reading and writing of JSON.
 *
 * <p>Reads and writes octets that it is given.
 *
 * <p>Writes no file.
 *
 * <p>Any thread.
 *
 * <p>Not here: what the API says (facteur.admin.api).
 */
@NullMarked
package facteur.admin.jackson;

import org.jspecify.annotations.NullMarked;
