package facteur.admin;

import facteur.admin.access.AccessBook;
import facteur.admin.access.AuditLog;
import facteur.admin.access.Authenticator;
import facteur.admin.jte.Templates;
import facteur.admin.live.ChangeNotifier;
import facteur.admin.order.OperatorActions;
import facteur.admin.screen.ScreenContext;
import facteur.admin.undertow.HttpListener;
import facteur.config.Settings;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

/** The admin's listener, from start to close. */
public final class AdminServer implements AutoCloseable {
    private final HttpListener listener;
    private final ChangeNotifier changeNotifier;
    private final AdminService service;

    private AdminServer(
            HttpListener listener, ChangeNotifier changeNotifier, AdminService service) {
        this.listener = listener;
        this.changeNotifier = changeNotifier;
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
        Authenticator authenticator =
                Authenticator.open(directory, book, parts.clock(), parts.refusedLogins());
        OperatorActions operatorActions =
                new OperatorActions(parts.store(), parts.queue(), audit, parts.clock());
        ChangeNotifier changeNotifier = new ChangeNotifier(parts.clock());
        parts.store().onFolded(changeNotifier::beat);
        ScreenContext screenContext =
                new ScreenContext(
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
                        operatorActions,
                        book,
                        audit,
                        authenticator,
                        new Templates());
        AdminService service = new AdminService(parts, screenContext, changeNotifier);
        return new AdminServer(
                HttpListener.start(settings.admin().listen().toSocketAddress(), service),
                changeNotifier,
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
        changeNotifier.close();
        listener.close();
    }
}
