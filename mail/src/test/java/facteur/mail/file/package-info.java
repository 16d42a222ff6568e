@org.jspecify.annotations.NullMarked
package facteur.mail.file;
