package facteur.admin.undertow;

import facteur.config.access.Admission;

import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * The connections of the listener, each with its deadline. One look at all of them, four times a
 * second, costs less than a timer for each. Any thread.
 */
final class AdminConnections {
    private final AdminLimits adminLimits;
    private final Predicate<InetAddress> proxies;
    private final Admission admission = new Admission();
    private final Map<StreamConnection, Visit> open = new ConcurrentHashMap<>();

    /** One connection. */
    final class Visit {
        private final StreamConnection connection;
        private volatile Admission.@Nullable Guest guest;
        private volatile long deadlineNanos;

        private Visit(StreamConnection connection) {
            this.connection = connection;
        }

        /** The client has so much time for what comes next. */
        void allow(Duration time) {
            deadlineNanos = System.nanoTime() + time.toNanos();
        }

        /** It is us who take our time. */
        void allowForever() {
            deadlineNanos = Long.MAX_VALUE;
        }

        /** An authenticated visitor asks over it. */
        void known() {
            Admission.Guest let = guest;
            if (let != null) {
                admission.known(let);
            }
        }

        private boolean isOverdue(long nowNanos) {
            long deadline = deadlineNanos;
            return deadline != Long.MAX_VALUE && nowNanos - deadline > 0;
        }

        private void close() {
            // A thread that waits for the client is woken by the end of both sides; closing alone
            // would leave it waiting.
            connection.getIoThread().execute(() -> end(connection));
        }
    }

    /**
     * @param proxies whose connections are those of many clients
     */
    AdminConnections(AdminLimits adminLimits, Predicate<InetAddress> proxies) {
        this.adminLimits = adminLimits;
        this.proxies = proxies;
    }

    /** Lets a connection in; false when it was closed instead. */
    boolean opened(StreamConnection connection) {
        Visit visit = new Visit(connection);
        visit.allow(adminLimits.head());
        InetSocketAddress peer = connection.getPeerAddress(InetSocketAddress.class);
        if (peer == null) {
            IoUtils.safeClose(connection);
            return false;
        }
        Admission.Limits allowed =
                proxies.test(peer.getAddress())
                        ? new Admission.Limits(
                                adminLimits.connections().connections(),
                                adminLimits.connections().connections())
                        : adminLimits.connections();
        Optional<Admission.Guest> guest = admission.enter(peer.getAddress(), allowed, visit::close);
        if (guest.isEmpty()) {
            IoUtils.safeClose(connection);
            return false;
        }
        visit.guest = guest.get();
        open.put(connection, visit);
        connection.setCloseListener(_ -> closed(connection));
        return true;
    }

    private void closed(StreamConnection connection) {
        Visit visit = open.remove(connection);
        if (visit != null) {
            admission.left(Objects.requireNonNull(visit.guest));
        }
    }

    Visit of(StreamConnection connection) {
        Visit known = open.get(connection);
        return known == null ? new Visit(connection) : known; // closed a moment ago
    }

    /** Closes what has taken too long. */
    void sweep(long nowNanos) {
        for (Visit visit : open.values()) {
            if (visit.isOverdue(nowNanos)) {
                visit.close();
            }
        }
    }

    private static void end(StreamConnection connection) {
        try {
            connection.getSourceChannel().shutdownReads();
            connection.getSinkChannel().shutdownWrites();
        } catch (IOException _) {
            // It is closed next in any case.
        }
        IoUtils.safeClose(connection);
    }

    /** A stranger gives way, when the process runs out of descriptors. */
    void relieve() {
        admission.relieve();
    }

    int count() {
        return admission.count();
    }
}
