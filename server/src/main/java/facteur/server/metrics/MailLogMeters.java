package facteur.server.metrics;

import facteur.server.maillog.MailLog;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/** Whether the mail log keeps up. */
public record MailLogMeters(MailLog mailLog) implements MeterBinder {
    @Override
    public void bindTo(MeterRegistry registry) {
        new PartMeters<>(registry, mailLog)
                .counter("facteur_mail_log_lines", "lines of the mail log", MailLog::lines)
                .counter(
                        "facteur_mail_log_gaps",
                        "times that the journal let go of events before their lines were written",
                        MailLog::gaps)
                .gauge(
                        "facteur_mail_log_lag_seconds",
                        "age of the oldest event whose line is not written",
                        log -> log.lag().toMillis() / 1e3)
                .flag(
                        "facteur_mail_log_failing",
                        "1 while the mail log cannot be written",
                        MailLog::isFailing);
    }
}
