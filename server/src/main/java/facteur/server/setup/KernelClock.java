package facteur.server.setup;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/** Asks the kernel whether something keeps its clock right. */
final class KernelClock {
    // struct timex of Linux has 208 octets on 64 bits; more are given than it needs.
    private static final int TIMEX = 512;

    // TIME_ERROR: the clock is not synchronised (adjtimex(2)).
    private static final int ERROR = 5;

    private KernelClock() {}

    enum State {
        SYNCHRONISED,
        /** It may drift. */
        FREE
    }

    /** Empty where this process may not ask, as under the shipped unit (ProtectClock). */
    static Optional<State> state() {
        int answer = adjtimex();
        return answer < 0
                ? Optional.empty()
                : Optional.of(answer == ERROR ? State.FREE : State.SYNCHRONISED);
    }

    @SuppressWarnings("restricted") // One call of libc that reads; modes are 0.
    private static int adjtimex() {
        Linker linker = Linker.nativeLinker();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment timex = arena.allocate(TIMEX, Long.BYTES);
            var handle =
                    linker.downcallHandle(
                            linker.defaultLookup().find("adjtimex").orElseThrow(),
                            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
            return (int) handle.invokeExact(timex);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("call adjtimex", e);
        }
    }
}
