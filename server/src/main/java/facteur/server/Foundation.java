package facteur.server;

import facteur.config.Settings;
import facteur.server.maillog.RefusalSums;
import facteur.store.Store;

import java.time.InstantSource;
import java.util.function.Consumer;

/**
 * What all parts of a server stand on.
 *
 * @param secrets told what was made at this start and must be told once
 */
record Foundation(
        ActiveConfiguration configuration,
        FirstStart first,
        Store store,
        TokenKeys keys,
        DiskWatch disk,
        RefusalSums refusals,
        PartStack parts,
        Consumer<String> secrets,
        InstantSource clock) {
    Settings settings() {
        return configuration.settings();
    }
}
