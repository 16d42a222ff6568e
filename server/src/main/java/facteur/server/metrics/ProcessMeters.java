package facteur.server.metrics;

import com.sun.management.OperatingSystemMXBean;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.config.MeterFilter;

import java.lang.management.ManagementFactory;

/** The virtual machine, and since when it runs. */
public final class ProcessMeters implements MeterBinder, AutoCloseable {
    private final JvmGcMetrics gc = new JvmGcMetrics();

    @Override
    public void bindTo(MeterRegistry registry) {
        // Names that promtool finds fault with; the second has another below.
        registry.config()
                .meterFilter(MeterFilter.denyNameStartsWith("system.cpu.count"))
                .meterFilter(MeterFilter.denyNameStartsWith("process.cpu.time"));
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        gc.bindTo(registry);
        if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
            new PartMeters<>(registry, system)
                    .counter(
                            "process_cpu_seconds",
                            "processor time of the process, all threads",
                            of -> of.getProcessCpuTime() / 1e9);
        }
        new PartMeters<>(registry, ManagementFactory.getRuntimeMXBean())
                .gauge(
                        "facteur_start_time_seconds",
                        "when the process started, since 1970",
                        runtime -> runtime.getStartTime() / 1e3);
    }

    @Override
    public void close() {
        gc.close();
    }
}
