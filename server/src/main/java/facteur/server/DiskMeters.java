package facteur.server;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

import java.util.function.ToDoubleFunction;

/** The disk of the data directory. */
record DiskMeters(DiskWatch disk) implements MeterBinder {
    @Override
    public void bindTo(MeterRegistry registry) {
        gauge(
                registry,
                "facteur_disk_free_bytes",
                "free octets on the disk of the data directory",
                d -> d.free().octets());
        gauge(
                registry,
                "facteur_disk_free_inodes",
                "files that the disk of the data directory has room for",
                d -> d.free().inodes());
        gauge(
                registry,
                "facteur_disk_low",
                "1 while new messages are refused (452) for want of disk",
                d -> d.isLow() ? 1 : 0);
    }

    private void gauge(
            MeterRegistry registry, String name, String what, ToDoubleFunction<DiskWatch> value) {
        Gauge.builder(name, disk, value).description(what).strongReference(true).register(registry);
    }
}
