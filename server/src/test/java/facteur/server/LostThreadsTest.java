package facteur.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

class LostThreadsTest {
    private final List<Integer> codes = new ArrayList<>();
    private final LostThreads threads = new LostThreads(codes::add);

    private void end(Thread.Builder builder, Runnable task) throws InterruptedException {
        Thread thread = builder.unstarted(task);
        thread.setUncaughtExceptionHandler(threads);
        thread.start();
        thread.join();
    }

    @Test
    void a_thread_that_ends_by_an_error_makes_the_server_unready_and_ends_the_process_once()
            throws Exception {
        assertTrue(threads.problem().isEmpty());
        Runnable fails =
                () -> {
                    throw new StackOverflowError("a fold without end");
                };
        end(Thread.ofPlatform().name("views"), fails);
        end(Thread.ofPlatform().name("queue"), fails);
        assertEquals(List.of(LostThreads.EXIT_CODE), codes);
        assertTrue(threads.problem().orElseThrow().contains("thread views ended"));
    }

    @Test
    void an_exception_of_one_request_ends_nothing_but_its_error_does() throws Exception {
        end(
                Thread.ofVirtual().name("request"),
                () -> {
                    throw new IllegalStateException("one request");
                });
        assertEquals(List.of(), codes);
        end(
                Thread.ofVirtual().name("request"),
                () -> {
                    throw new OutOfMemoryError("all of them");
                });
        assertEquals(List.of(LostThreads.EXIT_CODE), codes);
    }
}
