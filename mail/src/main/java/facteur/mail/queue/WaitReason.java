package facteur.mail.queue;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Why mail has not been sent to a recipient yet. Times are those of the wall clock; causes are the
 * words of the site, or of the operator.
 */
public sealed interface WaitReason {
    /** A session carries it. */
    record Sending(String host, Instant since) implements WaitReason {}

    /** Its copy is being made for a session that waits. */
    record Preparing(String host) implements WaitReason {}

    /** The DNS is being asked where its mail goes. */
    record Routing() implements WaitReason {}

    /** Our resolver answers nothing. */
    record ResolverSilent(Instant since, String cause, Instant until) implements WaitReason {}

    /**
     * An attempt was deferred.
     *
     * @param attempts made so far
     * @param cause what was said at the last of them; empty where that is not known
     */
    record Deferred(int attempts, String cause, Instant until) implements WaitReason {}

    /**
     * An operator holds it.
     *
     * @param subject what is held: {@code campaign:spring}
     * @param cause in the operator's words; may be empty
     */
    record Held(String operator, String subject, Instant since, String cause) implements AtPath {}

    /** The site takes nothing from this source for a while; then one message is tried. */
    record Suspended(String cause, Instant until) implements AtPath {}

    /** One message has been sent to see whether a suspension may end. */
    record Probing(String cause) implements AtPath {}

    /** This machine cannot open connections from the source. */
    record SourceUnusable(String source, String cause, Instant since, Instant until)
            implements AtPath {}

    /** No host of the site can be reached. */
    record HostsDown(String cause, Instant since, Instant until) implements AtPath {}

    /**
     * As many messages a second as allowed are being given.
     *
     * @param cause why it is less than the preset; empty when it is not
     */
    record Rate(double perSecond, String preset, String cause, Instant until) implements AtPath {}

    /**
     * As many connections as allowed were just opened.
     *
     * @param rate as the preset has it: {@code 100/m}
     */
    record NewConnections(String rate, String preset, Instant until) implements AtPath {}

    /**
     * As many connections as the site accepts are in use.
     *
     * @param most as the preset has it
     */
    record Connections(int limit, int most, String preset) implements AtPath {}

    /**
     * As many connections as may be open together are in use.
     *
     * @param name what they have in common
     */
    record ConnectionBudget(String name, int most) implements AtPath {}

    /** A connection is being opened. */
    record Connecting() implements AtPath {}

    /**
     * Others have their turn.
     *
     * @param ahead of it on the same path, at most
     */
    record Turn(int ahead) implements AtPath {}

    /** When it ends by itself, at the earliest; empty when that is not known. */
    default Optional<Instant> ends() {
        return switch (this) {
            case ResolverSilent(_, _, Instant until) -> Optional.of(until);
            case Deferred(_, _, Instant until) -> Optional.of(until);
            case Suspended(_, Instant until) -> Optional.of(until);
            case SourceUnusable(_, _, _, Instant until) -> Optional.of(until);
            case HostsDown(_, _, Instant until) -> Optional.of(until);
            case Rate(_, _, _, Instant until) -> Optional.of(until);
            case NewConnections(_, _, Instant until) -> Optional.of(until);
            case Sending _,
                    Preparing _,
                    Routing _,
                    Held _,
                    Probing _,
                    Connections _,
                    ConnectionBudget _,
                    Connecting _,
                    Turn _ ->
                    Optional.empty();
        };
    }

    /** What a path towards a site waits for, with all that wait for it. */
    sealed interface AtPath extends WaitReason {
        /** The words of all there are. */
        static List<String> keys() {
            return Arrays.stream(AtPath.class.getPermittedSubclasses())
                    .map(WaitReason::key)
                    .toList();
        }
    }

    /** A word for programs: {@code suspended}, {@code hosts_down}. */
    default String key() {
        return key(getClass());
    }

    private static String key(Class<?> reason) {
        return reason.getSimpleName()
                .replaceAll("(?<=[a-z])(?=[A-Z])", "_")
                .toLowerCase(Locale.ROOT);
    }
}
