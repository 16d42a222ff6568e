package facteur.admin;

import facteur.admin.control.Alerts;
import facteur.admin.control.CredentialBook;
import facteur.admin.control.EffectiveSettings;
import facteur.admin.control.KeyBook;
import facteur.admin.control.LiveTraces;
import facteur.admin.control.QueueControl;
import facteur.admin.control.Readiness;
import facteur.admin.control.Reload;
import facteur.admin.control.RuleTester;
import facteur.admin.control.SetupCheck;
import facteur.config.Settings;
import facteur.store.Store;

import java.net.InetAddress;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What the admin works with.
 *
 * @param settings those in force; asked for each time, since a reload swaps them
 * @param inForce the same, for people
 * @param metrics the metrics in Prometheus' text format
 * @param readiness asked at each {@code GET /readyz}
 * @param refusedLogins is told of each client whose login is refused
 */
public record AdminParts(
        Supplier<Settings> settings,
        EffectiveSettings inForce,
        Store store,
        InstantSource clock,
        QueueControl queue,
        CredentialBook credentials,
        KeyBook keys,
        RuleTester rules,
        SetupCheck checks,
        LiveTraces traces,
        Reload reload,
        Alerts alerts,
        Supplier<String> metrics,
        Supplier<Readiness> readiness,
        Consumer<InetAddress> refusedLogins) {}
