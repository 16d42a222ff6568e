package facteur.server.metrics;

import facteur.store.Store;
import facteur.store.journal.Journal;
import facteur.store.journal.Position;

import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

import java.util.concurrent.TimeUnit;

/**
 * Journal, views and the folding between them.
 *
 * @param segmentSize octets of a segment of the journal
 */
public record StoreMeters(Store store, long segmentSize) implements MeterBinder {
    @Override
    public void bindTo(MeterRegistry registry) {
        FunctionTimer.builder(
                        "facteur_journal_sync",
                        store.journal(),
                        journal -> journal.syncs().count(),
                        journal -> journal.syncs().time().toNanos(),
                        TimeUnit.NANOSECONDS)
                .description("waits for the disk; a 250 and an outcome wait for one")
                .register(registry);
        new PartMeters<>(registry, store.journal())
                .gauge(
                        "facteur_journal_pending_bytes",
                        "octets that wait for the disk",
                        Journal::pendingOctets)
                .flag(
                        "facteur_journal_stopped",
                        "1 when the journal has stopped and nothing is accepted",
                        journal -> journal.stopped().isPresent())
                .flag(
                        "facteur_journal_waiting_for_room",
                        "1 while outcomes cannot be written for want of disk",
                        Journal::waitsForRoom);
        new PartMeters<>(registry, store)
                .flag(
                        "facteur_views_behind",
                        "1 while events wait to be folded into the views",
                        s -> s.folded().compareTo(s.journal().durable()) < 0)
                .gauge(
                        "facteur_views_behind_bytes",
                        "octets of the journal that wait to be folded into the views",
                        this::behind)
                .flag(
                        "facteur_views_catching_up",
                        "1 while hits that were recorded before the start wait to be folded",
                        Store::isCatchingUp)
                .flag(
                        "facteur_clock_doubted",
                        "1 while nothing is let go by age, because the clock was set",
                        s -> s.clockDoubt().isPresent())
                .counter(
                        "facteur_views_folded", "events folded into the views", Store::foldedEvents)
                .gauge(
                        "facteur_journal_bytes",
                        "octets of the journal's files",
                        s -> s.sizes().journal())
                .gauge("facteur_views_bytes", "octets of the views", s -> s.sizes().views())
                .gauge(
                        "facteur_views_oldest_reader_seconds",
                        "age of the oldest reader, which pins old pages",
                        s -> s.oldestReader().toMillis() / 1e3)
                .gauge(
                        "facteur_journal_damage",
                        "places of the journal that were found damaged at the start",
                        s -> s.damage().size());
    }

    /** As far as it stands in whole segments it is rounded to them. */
    private double behind(Store of) {
        Position folded = of.folded();
        Position durable = of.journal().durable();
        long segments = durable.segment() - folded.segment();
        long within = (durable.value() & 0xffff_ffffL) - (folded.value() & 0xffff_ffffL);
        return Math.max(0, segments * segmentSize + within);
    }
}
