package facteur.server;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayDeque;
import java.util.Deque;

/** What is to be closed at the end: in the reverse of the order in which it was opened. */
final class PartStack implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PartStack.class);

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    <T extends AutoCloseable> T add(T part) {
        parts.push(part);
        return part;
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception e) {
                // The others must be closed all the same; what is on disk is whole at any moment.
                log.warn("failed to close {}: {}", part.getClass().getSimpleName(), e.getMessage());
            }
        }
    }
}
