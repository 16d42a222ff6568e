package facteur.server.supervisor;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The service manager that started the process, told by datagrams (sd_notify(3)). Java has stream
 * sockets of this family only, so this calls libc: {@code systemd-notify} would be a process of its
 * own, which {@code NotifyAccess=main} does not believe, and is not on every machine. Without
 * {@code NOTIFY_SOCKET} nobody is told.
 */
public final class Supervisor {
    private static final Logger log = LoggerFactory.getLogger(Supervisor.class);

    // Linux: socket(2), unix(7), send(2).
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int PATH = 108;

    private final Optional<String> socket;

    Supervisor(Optional<String> socket) {
        this.socket = socket.filter(name -> name.startsWith("/") || name.startsWith("@"));
    }

    public static Supervisor ofThisProcess() {
        return new Supervisor(Optional.ofNullable(System.getenv("NOTIFY_SOCKET")));
    }

    /** Everything is open: mail, readers, pages. */
    public void ready() {
        tell("READY=1\nSTATUS=ready");
    }

    /** The settings are read again; {@link #ready} follows. */
    public void reloading() {
        tell(
                "RELOADING=1\nMONOTONIC_USEC="
                        + System.nanoTime() / 1000
                        + "\nSTATUS=reading the settings again");
    }

    /** Sessions are being ended. */
    public void stopping() {
        tell("STOPPING=1\nSTATUS=stopping");
    }

    private void tell(String state) {
        if (socket.isEmpty()) {
            return;
        }
        try {
            send(socket.get(), state);
        } catch (RuntimeException e) {
            // Whoever waits for it ends the process after a while; mail goes on until then.
            log.warn("tell the service manager at {}: {}", socket.get(), e.getMessage());
        }
    }

    @SuppressWarnings("restricted") // Three calls of libc with memory of this method alone.
    private static void send(String name, String state) {
        Linker linker = Linker.nativeLinker();
        try (Arena arena = Arena.ofConfined()) {
            byte[] path = name.getBytes(StandardCharsets.UTF_8);
            if (path.length >= PATH) {
                throw new IllegalArgumentException("the name of the socket is too long");
            }
            if (path[0] == '@') {
                path[0] = 0; // the abstract namespace of Linux
            }
            MemorySegment address = arena.allocate(2 + PATH);
            address.set(ValueLayout.JAVA_SHORT_UNALIGNED, 0, (short) AF_UNIX);
            MemorySegment.copy(path, 0, address, ValueLayout.JAVA_BYTE, 2, path.length);
            byte[] octets = state.getBytes(StandardCharsets.UTF_8);
            MemorySegment message = arena.allocateFrom(ValueLayout.JAVA_BYTE, octets);
            MethodHandle open =
                    function(
                            linker,
                            "socket",
                            FunctionDescriptor.of(
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT));
            MethodHandle send =
                    function(
                            linker,
                            "sendto",
                            FunctionDescriptor.of(
                                    ValueLayout.JAVA_LONG,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.ADDRESS,
                                    ValueLayout.JAVA_LONG,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.ADDRESS,
                                    ValueLayout.JAVA_INT));
            MethodHandle close =
                    function(
                            linker,
                            "close",
                            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
            int descriptor = (int) open.invokeExact(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
            if (descriptor < 0) {
                throw new IllegalStateException("no socket can be opened");
            }
            long sent =
                    (long)
                            send.invokeExact(
                                    descriptor,
                                    message,
                                    (long) octets.length,
                                    MSG_NOSIGNAL,
                                    address,
                                    2 + path.length);
            int _ = (int) close.invokeExact(descriptor);
            if (sent != octets.length) {
                throw new IllegalStateException("nobody takes the datagram");
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("call libc", e);
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle function(Linker linker, String name, FunctionDescriptor shape) {
        return linker.downcallHandle(linker.defaultLookup().find(name).orElseThrow(), shape);
    }
}
