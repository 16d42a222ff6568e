package facteur.mta.queue;

import java.time.Instant;
import java.util.Optional;

/**
 * Why a recipient has not been sent to yet.
 *
 * @param state {@code deferred}, {@code held}, {@code waiting}, {@code sending} or {@code routing}
 * @param site empty where it is not known
 * @param source empty where none is chosen
 * @param holder what holds him back, in words: the limit, the suspension, the order or the time
 * @param nextTry when that ends by itself, at the earliest
 * @param ahead how many wait for the same path before him, at most
 */
public record Explanation(
        String recipient,
        String address,
        String state,
        String site,
        String source,
        String holder,
        Optional<Instant> nextTry,
        int attempts,
        int ahead) {}
