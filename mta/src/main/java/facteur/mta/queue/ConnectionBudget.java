package facteur.mta.queue;

/**
 * How many connections a path may have at once. Grows by one for each {@code limit} messages that
 * go well, so that growth is linear in time whatever the limit; shrinks by one for each failure.
 * With such 1/N feedback a site that bears five connections defers about a sixth of the mail,
 * against half with steps of one.
 */
final class ConnectionBudget {
    private static final double START = 5;

    private final int most;
    private double limit;

    ConnectionBudget(int most) {
        this.most = most;
        this.limit = Math.min(START, most);
    }

    int limit() {
        return (int) limit;
    }

    void succeeded() {
        limit = Math.min(most, limit + 1 / limit);
    }

    void failed() {
        limit = Math.max(1, limit - 1);
    }
}
