/** x. */
@org.jspecify.annotations.NullMarked
package facteur.mta;
