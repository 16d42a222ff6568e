package facteur.server.maillog;

import facteur.mail.event.DeliveryEvent;

import java.time.Duration;

/**
 * Where the time between acceptance and outcome went, in the four parts that Postfix tells.
 *
 * @param before until the attempt was due: deferrals, holds
 * @param queued from then until a connection was begun, or one that was open took it
 * @param connecting name look-ups aside: connect, greeting, EHLO, TLS; nothing on a connection that
 *     was open
 * @param sending the transaction
 */
record Delays(Duration before, Duration queued, Duration connecting, Duration sending) {
    /**
     * @param all from acceptance to outcome
     */
    static Delays of(Duration all, DeliveryEvent.Hop hop) {
        Duration connecting = shorter(hop.connecting(), hop.waited());
        return new Delays(
                notNegative(all.minus(hop.waited()).minus(hop.took())),
                hop.waited().minus(connecting),
                connecting,
                hop.took());
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** The wall clock may have been set meanwhile. */
    private static Duration notNegative(Duration time) {
        return time.isNegative() ? Duration.ZERO : time;
    }

    /** {@code a/b/c/d}, in seconds. */
    @Override
    public String toString() {
        return seconds(before)
                + '/'
                + seconds(queued)
                + '/'
                + seconds(connecting)
                + '/'
                + seconds(sending);
    }

    private static String seconds(Duration time) {
        long millis = time.toMillis();
        return millis / 1000 + "." + String.valueOf(1000 + millis % 1000).substring(1);
    }
}
