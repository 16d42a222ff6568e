package facteur.admin.undertow;

/** Octets of request bodies that are in memory, over all requests. Any thread. */
final class RequestBodies {
    private final long most;
    private long held;

    RequestBodies(long most) {
        this.most = most;
    }

    synchronized boolean hold(int octets) {
        if (held + octets > most) {
            return false;
        }
        held += octets;
        return true;
    }

    synchronized void letGo(int octets) {
        held -= octets;
    }

    synchronized long held() {
        return held;
    }
}
