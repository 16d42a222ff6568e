package facteur.mta.queue;

import java.time.Instant;

/** The one thread to which all of the queue's state belongs, with its clock. */
interface Owner {
    Instant now();

    /** Runs a task on the thread, behind those posted before. */
    void post(Runnable task);

    /** Runs a task on the thread, not before {@code time}. */
    void at(Instant time, Runnable task);
}
