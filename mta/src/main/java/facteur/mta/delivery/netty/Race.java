package facteur.mta.delivery.netty;

import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.Fault;
import facteur.mail.outcome.Stage;
import facteur.mail.text.FailureText;
import facteur.mta.delivery.Connector;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.channel.unix.Errors;

import org.jspecify.annotations.Nullable;

import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Connects to the addresses of a host one after the other, and does not wait for the silent ones:
 * the first connection that stands is used, the others are dropped (RFC 8305 5). All on one loop.
 */
final class Race {
    // RFC 8305 8, Connection Attempt Delay: 250 ms for people who wait, 2 s at most. Nobody waits
    // here, and hosts beyond an ocean are not to be knocked at twice each time.
    private static final Duration HEAD_START = Duration.ofSeconds(1);

    // Of Linux: ENFILE, EMFILE, EADDRINUSE, EADDRNOTAVAIL, ENOBUFS.
    private static final Set<Integer> OURS = Set.of(23, 24, 98, 99, 105);

    private final String host;
    private final List<InetSocketAddress> addresses;
    private final EventLoop loop;
    private final Connector.SessionListener listener;
    private final List<ChannelFuture> attempts = new ArrayList<>();
    private int failures;
    private boolean decided;
    private @Nullable Future<?> timer;

    Race(
            String host,
            List<InetSocketAddress> addresses,
            EventLoop loop,
            Connector.SessionListener listener) {
        this.host = host;
        this.addresses = addresses;
        this.loop = loop;
        this.listener = listener;
    }

    /**
     * @param connect begins to connect, on the loop, a channel that asks {@link #isWonBy} once it
     *     is active
     */
    void start(Function<InetSocketAddress, ChannelFuture> connect) {
        loop.execute(() -> attempt(connect));
    }

    private void attempt(Function<InetSocketAddress, ChannelFuture> connect) {
        if (decided || attempts.size() == addresses.size()) {
            return;
        }
        InetSocketAddress to = addresses.get(attempts.size());
        ChannelFuture attempt = connect.apply(to);
        attempts.add(attempt);
        if (attempts.size() < addresses.size()) {
            timer =
                    loop.schedule(
                            () -> attempt(connect), HEAD_START.toMillis(), TimeUnit.MILLISECONDS);
        }
        attempt.addListener(
                done -> {
                    if (!done.isSuccess() && !decided) {
                        failed(to, done.cause(), connect);
                    }
                });
    }

    private void failed(
            InetSocketAddress to,
            Throwable cause,
            Function<InetSocketAddress, ChannelFuture> connect) {
        failures++;
        Evidence why = evidence(to, cause);
        listener.unreachable(to, why);
        if (failures == addresses.size()) {
            decided = true;
            listener.unusable(why);
        } else if (failures == attempts.size()) {
            stopTimer();
            attempt(connect);
        }
    }

    /** Whether this connection, which stands, is the one to be used. */
    boolean isWonBy(InetSocketAddress address) {
        if (decided) {
            return false;
        }
        decided = true;
        stopTimer();
        attempts.forEach(attempt -> attempt.cancel(false));
        listener.connected(address);
        return true;
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private Evidence evidence(InetSocketAddress to, Throwable cause) {
        Fault fault = fault(cause);
        String where = host + " [" + to.getAddress().getHostAddress() + "]:" + to.getPort();
        return new Evidence.Failed(
                Stage.CONNECT, fault, "connect to " + where + ": " + FailureText.of(cause));
    }

    private static Fault fault(Throwable cause) {
        if (cause instanceof ConnectTimeoutException) {
            return Fault.CONNECTION_TIMEOUT;
        }
        return isOurs(cause) ? Fault.NO_SOCKET : Fault.CONNECTION_REFUSED;
    }

    /** Whether the host was not even asked. */
    private static boolean isOurs(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException
                    || (cause instanceof Errors.NativeIoException refused
                            && OURS.contains(-refused.expectedErr()))) {
                return true;
            }
        }
        return false;
    }
}
