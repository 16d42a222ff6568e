package facteur.tracker.netty;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.config.descriptor.Descriptors;

import io.netty.channel.embedded.EmbeddedChannel;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

class PausedAcceptingTest {
    private static final int LIMIT = 100;

    @TempDir Path directory;

    @ParameterizedTest
    @EnumSource
    void the_reserve_of_descriptors_is_kept_and_who_waits_is_served_once_there_is_room(
            TrackerLoops.Transport transport) throws Exception {
        if (!transport.isOffered()) {
            return;
        }
        AtomicLong open = new AtomicLong(LIMIT);
        Descriptors scarce = new Descriptors(LIMIT, open::get, System::nanoTime);
        try (Ground ground = new Ground(directory, transport, scarce)) {
            List<Socket> crowd = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                crowd.add(ground.connect());
            }
            TrackerConnections trackerConnections = ground.server.connections();
            await().atMost(Ground.PATIENCE).until(() -> trackerConnections.turnedAway() > 0);
            assertEquals(0, trackerConnections.count());
            open.set(0);
            await().atMost(Ground.PATIENCE).until(() -> answers(ground));
            for (Socket socket : crowd) {
                socket.close();
            }
        }
    }

    private static boolean answers(Ground ground) {
        try {
            return ground.raw("GET /robots.txt HTTP/1.1\r\nConnection: close\r\n\r\n")
                    .startsWith("HTTP/1.1 200");
        } catch (IOException _) {
            return false; // turned away once more
        }
    }

    @Test
    void an_accept_that_fails_again_and_again_pauses_once_a_second() {
        AtomicInteger turnedAway = new AtomicInteger();
        EmbeddedChannel listening =
                new EmbeddedChannel(
                        new PausedAccepting(
                                new Descriptors(0, () -> 0, System::nanoTime),
                                turnedAway::incrementAndGet));
        listening.freezeTime();
        for (int i = 0; i < 10_000; i++) {
            listening.pipeline().fireExceptionCaught(new IOException("Too many open files"));
        }
        assertFalse(listening.config().isAutoRead());
        listening.checkException(); // nothing went on to whoever would log it
        listening.advanceTimeBy(1, TimeUnit.SECONDS);
        listening.runScheduledPendingTasks();
        assertTrue(listening.config().isAutoRead());
        assertEquals(0, turnedAway.get());
    }
}
