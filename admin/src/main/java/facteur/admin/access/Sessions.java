package facteur.admin.access;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Who is logged in. Only digests of the cookies are kept. */
public final class Sessions {
    static final Duration IDLE = Duration.ofHours(12); // a working day with its lunch
    static final Duration OLDEST = Duration.ofDays(7);
    static final int MOST = 10_000;

    private final Map<String, Session> sessions = new LinkedHashMap<>();

    /** One browser. */
    public record Session(String account, String csrf, Instant began, Instant seen) {
        private boolean isOver(Instant now) {
            return seen.plus(IDLE).isBefore(now) || began.plus(OLDEST).isBefore(now);
        }
    }

    /** Begins a session and answers the cookie's value. */
    public synchronized String begin(String account, Instant now) {
        if (sessions.size() >= MOST) {
            makeRoom(now);
        }
        String token = RandomSecrets.token();
        sessions.put(
                RandomSecrets.digest(token), new Session(account, RandomSecrets.token(), now, now));
        return token;
    }

    private void makeRoom(Instant now) {
        sessions.values().removeIf(session -> session.isOver(now));
        if (sessions.size() >= MOST) {
            sessions.entrySet().stream()
                    .min(Comparator.comparing(entry -> entry.getValue().seen()))
                    .map(Map.Entry::getKey)
                    .ifPresent(sessions::remove);
        }
    }

    public synchronized Optional<Session> find(String token, Instant now) {
        String digest = RandomSecrets.digest(token);
        Session known = sessions.get(digest);
        if (known == null) {
            return Optional.empty();
        }
        if (known.isOver(now)) {
            sessions.remove(digest);
            return Optional.empty();
        }
        Session seen = new Session(known.account(), known.csrf(), known.began(), now);
        sessions.put(digest, seen);
        return Optional.of(seen);
    }

    public synchronized void end(String token) {
        sessions.remove(RandomSecrets.digest(token));
    }

    /** Ends every session of an account, as when its password changes. */
    public synchronized void endAll(String account) {
        sessions.values().removeIf(session -> session.account().equals(account));
    }
}
