package facteur.server.maillog;

import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts what strangers try and are refused, in sums a second by the address that tries: one who
 * guesses a thousand times a second makes a line, not a thousand. Any thread adds; so many
 * addresses a second have a line of their own, the others are one sum.
 */
public final class RefusalSums {
    /** Addresses of a second that are told one by one. */
    static final int MOST_CLIENTS = 500;

    /**
     * A reader whose mail program mangled a link asks once or twice, and is not named: what they
     * read is nobody's affair. A program that guesses asks more often.
     */
    static final int GUESSES = 5;

    private final Map<Kind, Sum> sums = new LinkedHashMap<>();

    /** What is refused. */
    public enum Kind {
        /** A login to hand in mail: a wrong password, or one that was not looked at any more. */
        SUBMISSION_LOGIN("login_refused", "submission"),
        /** The same of the pages and the API. */
        ADMIN_LOGIN("login_refused", "admin"),
        /** A link or pixel whose token is none of ours. */
        LINK("link_refused", "tracker");

        private final String event;
        private final String service;

        Kind(String event, String service) {
            this.event = event;
            this.service = service;
        }
    }

    private static final class Sum {
        private final Map<InetAddress, Long> byClient = new LinkedHashMap<>();
        private long others;
    }

    public synchronized void add(Kind kind, InetAddress client) {
        Sum sum = sums.computeIfAbsent(kind, _ -> new Sum());
        if (sum.byClient.size() < MOST_CLIENTS || sum.byClient.containsKey(client)) {
            sum.byClient.merge(client, 1L, Long::sum);
        } else {
            sum.others++;
        }
    }

    private synchronized Map<Kind, Sum> take() {
        Map<Kind, Sum> taken = new LinkedHashMap<>(sums);
        sums.clear();
        return taken;
    }

    /** A line for each address that was refused since this was asked last. */
    List<LogEntry> drain(Instant at) {
        List<LogEntry> lines = new ArrayList<>();
        take().forEach(
                        (kind, sum) -> {
                            long unnamed = sum.others;
                            for (Map.Entry<InetAddress, Long> each : sum.byClient.entrySet()) {
                                if (kind == Kind.LINK && each.getValue() < GUESSES) {
                                    unnamed += each.getValue();
                                } else {
                                    lines.add(
                                            line(at, kind)
                                                    .text("client", each.getKey().getHostAddress())
                                                    .number("count", each.getValue())
                                                    .build());
                                }
                            }
                            if (unnamed > 0) {
                                lines.add(line(at, kind).number("count", unnamed).build());
                            }
                        });
        lines.sort(Comparator.comparing(LogEntry::event));
        return lines;
    }

    private static LogEntry.Builder line(Instant at, Kind kind) {
        return LogEntry.of(at, kind.event).text("service", kind.service);
    }
}
