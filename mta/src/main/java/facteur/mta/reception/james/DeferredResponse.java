package facteur.mta.reception.james;

import org.apache.james.protocols.api.Response;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * An answer that is not known yet. Nothing is read from the client until it is.
 *
 * @param known completes on any thread, with what makes the answer on the thread of the connection
 */
record DeferredResponse(CompletableFuture<Supplier<Response>> known) implements Response {
    @Override
    public String getRetCode() {
        return "";
    }

    @Override
    public List<CharSequence> getLines() {
        return List.of();
    }

    @Override
    public boolean isEndSession() {
        return false;
    }
}
