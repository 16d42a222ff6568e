package facteur.mta.simulation;

import facteur.mta.queue.owner.Owner;
import facteur.mta.queue.owner.VirtualOwner;
import facteur.testkit.disk.PowerLoss;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;

/** One life of a node: its tasks run until it stops, and none of them afterwards. */
final class Machine {
    private final VirtualOwner world;
    private final InstantSource wall;
    private final Consumer<PowerLoss> stops;
    private final Consumer<String> trace;
    private final Instant begunTrue;
    private final Instant begunWall;
    private Runnable turnEnd = () -> {};
    private boolean running = true;

    /**
     * @param wall what the clock of the node shows, which may jump
     * @param stops is told when the power is lost in the middle of a task
     */
    Machine(
            VirtualOwner world,
            InstantSource wall,
            Consumer<PowerLoss> stops,
            Consumer<String> trace) {
        this.world = world;
        this.wall = wall;
        this.stops = stops;
        this.trace = trace;
        this.begunTrue = world.now();
        this.begunWall = wall.instant();
    }

    boolean isRunning() {
        return running;
    }

    void stop() {
        running = false;
    }

    /** Runs a task of the node, as one of its threads would; a failure costs this task alone. */
    void run(Runnable task) {
        if (!running) {
            return;
        }
        try {
            task.run();
        } catch (PowerLoss e) {
            stops.accept(e);
        } catch (RuntimeException e) {
            trace.accept("a task failed: " + e);
        }
    }

    /** The queue's thread, with its steady clock. */
    Owner queue() {
        return new Tasks(
                task -> {
                    run(task);
                    run(turnEnd);
                });
    }

    /** The threads of connections, timers and files. */
    Owner loop() {
        return new Tasks(this::run);
    }

    private final class Tasks implements Owner {
        private final Consumer<Runnable> runner;

        Tasks(Consumer<Runnable> runner) {
            this.runner = runner;
        }

        @Override
        public Instant now() {
            return begunWall.plus(Duration.between(begunTrue, world.now()));
        }

        @Override
        public Duration wallAhead() {
            return Duration.between(now(), wall.instant());
        }

        @Override
        public void post(Runnable task) {
            world.post(() -> runner.accept(task));
        }

        @Override
        public void at(Instant time, Runnable task) {
            world.at(begunTrue.plus(Duration.between(begunWall, time)), () -> runner.accept(task));
        }

        @Override
        public void atTurnEnd(Runnable last) {
            turnEnd = last;
        }
    }
}
