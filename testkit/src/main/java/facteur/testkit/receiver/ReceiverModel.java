package facteur.testkit.receiver;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/**
 * A receiving site. The usual one takes everything at once; each kind changes what it is about.
 *
 * <p>A recipient that the site refuses for reasons of the recipient's own is not a good one: how
 * soon it is delivered says nothing about the sender.
 */
public abstract class ReceiverModel {
    /** How commands are treated that arrive before the final dot is answered (RFC 2920). */
    public enum BehindDot {
        TAKES,
        DROPS,
        /** Answers each with 503 and closes. */
        REFUSES
    }

    private final String name;
    private final Set<String> bad = new HashSet<>();

    protected ReceiverModel(String name) {
        this.name = name;
    }

    public String name() {
        return name;
    }

    /** Its hosts, in the order of their preference. */
    public int hosts() {
        return 1;
    }

    /** Whether a connection comes about; otherwise it is refused. */
    public boolean isReachable(int host, Instant now) {
        return true;
    }

    /**
     * @param open connections that stand, besides this one
     */
    public SiteAnswer greeting(int open, Instant now) {
        return SiteAnswer.of(220, "ready");
    }

    public boolean offersTls() {
        return false;
    }

    /** Whether a handshake fails. */
    public boolean breaksTls(Instant now) {
        return false;
    }

    /**
     * @param messages that the session has brought before
     */
    public SiteAnswer mail(int messages, Instant now) {
        return SiteAnswer.OK;
    }

    public SiteAnswer rcpt(String address, Instant now) {
        return SiteAnswer.OK;
    }

    public SiteAnswer dot(String address, Instant now) {
        return SiteAnswer.OK;
    }

    /** Whether content may come as it is (RFC 3030). */
    public boolean offersChunking() {
        return false;
    }

    /** Whether the site hangs up in the middle of this content. */
    public boolean cutsContent(Instant now) {
        return false;
    }

    /** Whether the site hangs up when it has taken a message and not yet said so. */
    public boolean losesAnswer(Instant now) {
        return false;
    }

    public BehindDot behindDot() {
        return BehindDot.TAKES;
    }

    /** Whether the site hangs up on a session that has brought so many messages. */
    public boolean hangsUpAfter(int messages) {
        return false;
    }

    /** Whether standing connections are told 421 and closed at this moment. */
    public boolean closesAll(Instant now) {
        return false;
    }

    /** Between the final dot and its answer. */
    public Duration latency() {
        return Duration.ofMillis(40);
    }

    /** Whether the site never refused this recipient for reasons of its own. */
    public final boolean isGood(String address) {
        return !bad.contains(address);
    }

    /** Refuses a recipient for itself, once: true the first time. */
    protected final boolean isRefusedOnce(String address) {
        return bad.add(address);
    }

    /**
     * When an ideal client, which knows the site, has delivered the given share of {@code
     * messages}.
     */
    public Duration ideal(int messages, double share, Client client) {
        double busy = latency().toMillis() / 1e3 + 0.02;
        return seconds(
                messages * share / Math.min(client.perSecond(), client.connections() / busy));
    }

    /**
     * What the client's own preset allows it.
     *
     * @param retry when its schedule comes back after a first deferral
     */
    public record Client(
            double perSecond, int connections, double newConnectionsPerSecond, Duration retry) {}

    protected static Duration seconds(double seconds) {
        return Duration.ofMillis((long) (seconds * 1e3));
    }
}
