package facteur.server.cli;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.lang.reflect.Proxy;

/** SIGHUP, upon which a server reads its configuration again. */
final class ReloadSignal {
    private static final Logger log = LoggerFactory.getLogger(ReloadSignal.class);

    private ReloadSignal() {}

    /**
     * Calls {@code reload} at each signal. The JDK has no other interface for signals than this
     * unsupported one, which the compiler only lets pass by its name; without it, {@code facteur
     * reload} remains.
     */
    static void listen(Runnable reload) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object calling =
                    Proxy.newProxyInstance(
                            ReloadSignal.class.getClassLoader(),
                            new Class<?>[] {handler},
                            (proxy, method, arguments) ->
                                    switch (method.getName()) {
                                        case "handle" -> {
                                            Thread.ofPlatform().name("reload").start(reload);
                                            yield null;
                                        }
                                        case "hashCode" -> System.identityHashCode(proxy);
                                        // Never compared.
                                        case "equals" -> false;
                                        default -> "reload at SIGHUP";
                                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), calling);
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            log.warn("failed to listen for SIGHUP: {}; use facteur reload", e.toString());
        }
    }
}
