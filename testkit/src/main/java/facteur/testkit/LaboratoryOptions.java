package facteur.testkit;

import facteur.testkit.smtp.ProviderOptions;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What a {@link Laboratory} is made of.
 *
 * @param dnsPort of the DNS server on 127.0.0.1; 0 takes a free one
 * @param smtpPort of all providers, each on a loopback address of its own; 0 takes one that is free
 *     on all
 * @param feedbackRelay where providers send bounces, complaints and automatic answers; without it
 *     none are sent
 * @param feedbackAfter how long after taking a message
 * @param greylistFor how long greylisted mail must wait
 * @param change applied to the options of each provider before it starts
 */
public record LaboratoryOptions(
        int dnsPort,
        int smtpPort,
        Optional<InetSocketAddress> feedbackRelay,
        Duration feedbackAfter,
        Duration greylistFor,
        UnaryOperator<ProviderOptions.Builder> change) {
    /** Free ports, no feedback, greylisting for two seconds. */
    public static LaboratoryOptions defaults() {
        return new LaboratoryOptions(
                0,
                0,
                Optional.empty(),
                Duration.ofMillis(500),
                Duration.ofSeconds(2),
                UnaryOperator.identity());
    }

    public LaboratoryOptions withPorts(int dns, int smtp) {
        return new LaboratoryOptions(dns, smtp, feedbackRelay, feedbackAfter, greylistFor, change);
    }

    public LaboratoryOptions withFeedback(InetSocketAddress relay, Duration after) {
        return new LaboratoryOptions(
                dnsPort, smtpPort, Optional.of(relay), after, greylistFor, change);
    }

    public LaboratoryOptions withGreylisting(Duration time) {
        return new LaboratoryOptions(dnsPort, smtpPort, feedbackRelay, feedbackAfter, time, change);
    }

    public LaboratoryOptions withChange(UnaryOperator<ProviderOptions.Builder> each) {
        return new LaboratoryOptions(
                dnsPort, smtpPort, feedbackRelay, feedbackAfter, greylistFor, each);
    }
}
