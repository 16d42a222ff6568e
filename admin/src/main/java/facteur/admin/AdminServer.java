package facteur.admin;

import facteur.admin.access.AccessBook;
import facteur.admin.access.AuditLog;
import facteur.admin.access.Gate;
import facteur.admin.jte.Templates;
import facteur.admin.live.Pulse;
import facteur.admin.order.Orders;
import facteur.admin.screen.Desk;
import facteur.admin.undertow.HttpListener;
import facteur.config.Settings;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

/** The admin's listener, from start to close. */
public final class AdminServer implements AutoCloseable {
    private final HttpListener listener;
    private final Pulse pulse;
    private final AdminService service;

    private AdminServer(HttpListener listener, Pulse pulse, AdminService service) {
        this.listener = listener;
        this.pulse = pulse;
        this.service = service;
    }

    /**
     * Starts to listen at {@code admin.listen}; accounts are as {@link AdminAccounts} left them.
     *
     * @throws IOException when the address is taken or the data directory cannot be written
     */
    public static AdminServer start(AdminParts parts) throws IOException {
        Settings settings = parts.settings().get();
        Path directory = AdminAccounts.directory(settings.dataDir());
        AccessBook book = AdminAccounts.open(settings.dataDir());
        AuditLog audit = new AuditLog(directory);
        Gate gate = Gate.open(directory, book, parts.clock());
        Orders orders = new Orders(parts.store(), parts.queue(), audit, parts.clock());
        Pulse pulse = new Pulse(parts.clock());
        parts.store().onFolded(pulse::beat);
        Desk desk =
                new Desk(
                        parts.inForce(),
                        parts.store(),
                        parts.queue(),
                        parts.credentials(),
                        parts.keys(),
                        parts.rules(),
                        parts.checks(),
                        parts.traces(),
                        parts.reload(),
                        parts.alerts(),
                        orders,
                        book,
                        audit,
                        gate,
                        new Templates());
        AdminService service = new AdminService(parts, desk, pulse);
        return new AdminServer(
                HttpListener.start(settings.admin().listen().toSocketAddress(), service),
                pulse,
                service);
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return listener.address();
    }

    /** Methods and paths of the API, for the test of its contract. */
    List<String> apiPaths() {
        return service.apiPaths();
    }

    /** The names of what the query of an operation may hold, for the same test. */
    List<String> apiParameters(String operation) {
        return service.apiParameters(operation);
    }

    @Override
    public void close() {
        pulse.close();
        listener.close();
    }
}
