@org.jspecify.annotations.NullMarked
package facteur.tracker.recording;
