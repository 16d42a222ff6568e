package facteur.admin;

import facteur.admin.control.Alerts;
import facteur.admin.control.CredentialBook;
import facteur.admin.control.InForce;
import facteur.admin.control.KeyBook;
import facteur.admin.control.QueueControl;
import facteur.admin.control.Readiness;
import facteur.admin.control.Reload;
import facteur.admin.control.RuleDesk;
import facteur.admin.control.SetupCheck;
import facteur.admin.control.TraceDesk;
import facteur.config.Settings;
import facteur.store.Store;

import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * What the admin works with.
 *
 * @param settings those in force; asked for each time, since a reload swaps them
 * @param inForce the same, for people
 * @param metrics the metrics in Prometheus' text format
 * @param readiness asked at each {@code GET /readyz}
 */
public record AdminParts(
        Supplier<Settings> settings,
        InForce inForce,
        Store store,
        InstantSource clock,
        QueueControl queue,
        CredentialBook credentials,
        KeyBook keys,
        RuleDesk rules,
        SetupCheck checks,
        TraceDesk traces,
        Reload reload,
        Alerts alerts,
        Supplier<String> metrics,
        Supplier<Readiness> readiness) {}
