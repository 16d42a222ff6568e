package facteur.tracker.netty;

import facteur.mail.token.TokenSeal;
import facteur.tracker.recording.Recorder;

import java.net.InetAddress;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What requests are answered with.
 *
 * @param seal asked anew for each request, so that keys can be rotated
 * @param guesses is told of each client whose token is none of ours; it must be brief
 */
public record TrackerDependencies(
        Supplier<TokenSeal> seal,
        Recorder recorder,
        InstantSource clock,
        TrackerCounters figures,
        Consumer<InetAddress> guesses) {}
