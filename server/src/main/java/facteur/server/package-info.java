/** x. */
@org.jspecify.annotations.NullMarked
package facteur.server;
