package facteur.admin.language;

import facteur.mail.queue.WaitReason;

import java.util.Locale;

/**
 * Says in one sentence why mail waits: the same on pages, for programs and on the command line.
 * When it ends stands beside it, see {@link WaitReason#ends}.
 */
public final class WaitSentence {
    private WaitSentence() {}

    public static String of(WaitReason reason, Formats formats) {
        Words words = formats.words();
        String key = "wait." + reason.key();
        return switch (reason) {
            case WaitReason.Sending(String host, var since) ->
                    words.say(key, host, formats.when(since));
            case WaitReason.Preparing(String host) -> words.say(key, host);
            case WaitReason.Routing _, WaitReason.Connecting _ -> words.say(key);
            case WaitReason.ResolverSilent(var since, String cause, _) ->
                    words.say(key, formats.when(since), cause);
            case WaitReason.Deferred(int attempts, String cause, _) ->
                    words.count(key, attempts) + because(cause, words);
            case WaitReason.Held(String operator, String subject, var since, String cause) ->
                    words.say(key, operator, subject, formats.when(since)) + because(cause, words);
            case WaitReason.Suspended(String cause, _) -> words.say(key, cause);
            case WaitReason.Probing(String cause) -> words.say(key, cause);
            case WaitReason.SourceUnusable(String source, String cause, var since, _) ->
                    words.say(key, source, formats.when(since), cause);
            case WaitReason.HostsDown(String cause, var since, _) ->
                    words.say(key, formats.when(since), cause);
            case WaitReason.Rate(double perSecond, String preset, String cause, _) ->
                    cause.isEmpty()
                            ? words.say(key, rate(perSecond, formats), preset)
                            : words.say("wait.rate.slowed", rate(perSecond, formats), cause);
            case WaitReason.NewConnections(String rate, String preset, _) ->
                    words.say(key, rate, preset);
            case WaitReason.Connections(int limit, int most, String preset) ->
                    words.say(
                            limit < most ? "wait.connections.learnt" : key,
                            formats.number(limit),
                            formats.number(most),
                            preset);
            case WaitReason.ConnectionBudget(String name, int most) ->
                    words.say(key, name, formats.number(most));
            case WaitReason.Turn(int ahead) -> words.count(key, ahead);
        };
    }

    private static String because(String cause, Words words) {
        return cause.isEmpty() ? "" : words.say("wait.because", cause);
    }

    private static String rate(double perSecond, Formats formats) {
        return String.format(
                formats.words().locale().equals(Locale.UK) ? Locale.UK : Locale.FRANCE,
                perSecond < 10 ? "%.1f" : "%.0f",
                perSecond);
    }
}
