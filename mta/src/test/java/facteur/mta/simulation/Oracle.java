package facteur.mta.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.event.DeliveryEvent;
import facteur.mail.event.Event;
import facteur.mail.event.SubmissionEvent;
import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;
import facteur.mail.outcome.Disposition;
import facteur.mta.delivery.Connector;
import facteur.mta.delivery.dialogue.Transaction;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What clients were told and sites were given, held against what the node recorded.
 *
 * <p>Each recipient of an acknowledged message is settled once, and delivered where its site wanted
 * it. No site has a message twice, but for the one message of each session whose outcome was not
 * known, or not on disk, when it ended. What is recorded as delivered was taken, and nothing is
 * recorded that no client has sent to its end.
 */
final class Oracle implements ModelledSite.Watch {
    static final String TAG = "X-Sim: ";

    /** One recipient of one message. */
    private record Copy(int message, String address) {}

    private record Sent(Transaction transaction, List<Copy> copies) {}

    private enum Told {
        NOTHING,
        TAKEN,
        /** It failed here: it may be on disk all the same. */
        FAILED,
        /** It must not be taken. */
        REFUSED
    }

    private static final class Submitted {
        // The empty line, and the body.
        private final byte[] end;
        private Told told = Told.NOTHING;
        private boolean ended;
        private List<String> granted = List.of();

        Submitted(String body) {
            this.end = ("\r\n\r\n" + body).getBytes(StandardCharsets.US_ASCII);
        }
    }

    private static final int HEAD = 8 << 10;

    private final Trace trace;
    private final Map<Integer, Submitted> submitted = new HashMap<>();
    private final Map<Copy, Integer> taken = new HashMap<>();
    private final Map<Copy, Integer> excused = new HashMap<>();
    // Of the running node: what each session has sent and not put on disk.
    private final IdentityHashMap<Connector.OutboundSession, Sent> uncertain =
            new IdentityHashMap<>();
    private final List<String> violations = new ArrayList<>();
    int acknowledged;
    int delivered;
    int twice;

    Oracle(Trace trace) {
        this.trace = trace;
    }

    // ---- what clients do and see

    void begins(int message, String body) {
        submitted.put(message, new Submitted(body));
    }

    /** The final dot is on its way. */
    void ends(int message) {
        of(message).ended = true;
    }

    void verdict(int message, List<String> granted, String reply) {
        trace.tell("client: " + message + " to " + granted + ": " + reply);
        Submitted one = of(message);
        one.granted = List.copyOf(granted);
        one.told =
                switch (reply.substring(0, 3)) {
                    case "250" -> Told.TAKEN;
                    case "451" -> Told.FAILED;
                    default -> Told.REFUSED;
                };
        acknowledged += one.told == Told.TAKEN ? granted.size() : 0;
    }

    private Submitted of(int message) {
        Submitted one = submitted.get(message);
        if (one == null) {
            throw new AssertionError("no client ever sent message " + message);
        }
        return one;
    }

    // ---- what sites see

    private static int number(byte[] content) {
        int head = Math.min(content.length, HEAD);
        String text = new String(content, 0, head, StandardCharsets.ISO_8859_1);
        int tag = text.indexOf(TAG);
        if (tag < 0) {
            throw new AssertionError(
                    "a message of " + content.length + " octets, and none of ours");
        }
        int at = tag + TAG.length();
        return Integer.parseInt(text.substring(at, text.indexOf("\r\n", at)));
    }

    private static List<Copy> copies(List<String> to, byte[] content) {
        int message = number(content);
        return to.stream().map(address -> new Copy(message, address)).toList();
    }

    @Override
    public void line(Connector.OutboundSession session, String line) {
        trace.tell(session, line);
    }

    /** The very transaction: another try of it is none. */
    @SuppressWarnings("ReferenceEquality")
    private static boolean isSame(Object one, Object other) {
        return one == other;
    }

    @Override
    public void leaves(Connector.OutboundSession session, Transaction transaction, byte[] content) {
        List<String> to =
                transaction.recipients().stream()
                        .map(recipient -> recipient.address().toString())
                        .toList();
        Sent sent = new Sent(transaction, copies(to, content));
        Sent before = uncertain.put(session, sent);
        if (before != null && !isSame(before.transaction(), transaction)) {
            violations.add(sent + " left before the outcome of " + before + " was on disk");
        }
    }

    @Override
    public void returned(Connector.OutboundSession session, Transaction transaction) {
        Sent sent = uncertain.get(session);
        if (sent != null && isSame(sent.transaction(), transaction)) {
            uncertain.remove(session);
        }
    }

    @Override
    public void recorded(Connector.OutboundSession session) {
        uncertain.remove(session);
    }

    @Override
    public void taken(List<String> to, byte[] content) {
        Submitted one = of(number(content));
        int from = content.length - one.end.length;
        if (from < 0 || !Arrays.equals(content, from, content.length, one.end, 0, one.end.length)) {
            violations.add("message " + number(content) + " arrived changed");
        }
        copies(to, content).forEach(copy -> taken.merge(copy, 1, Integer::sum));
    }

    @Override
    public void unanswered(List<String> to, byte[] content) {
        copies(to, content).forEach(this::excuse);
    }

    private void excuse(Copy copy) {
        excused.merge(copy, 1, Integer::sum);
    }

    /** The node has stopped: it cannot know what became of what it had just sent. */
    void stopped() {
        uncertain.values().forEach(sent -> sent.copies().forEach(this::excuse));
        uncertain.clear();
    }

    // ---- the judgement

    /**
     * @param events of the journal, in their order
     * @param wanted whether the site of an address took mail for it in the end
     * @param over whether everything must be settled by now
     */
    void judge(List<Event> events, Predicate<String> wanted, boolean over) {
        Map<MailId, SubmissionEvent.Accepted> accepted = new HashMap<>();
        Map<RecipientId, Disposition> settled = new HashMap<>();
        Map<RecipientId, DeliveryEvent.Ruled> last = new HashMap<>();
        for (Event event : events) {
            switch (event) {
                case SubmissionEvent.Accepted one -> accepted.put(one.message(), one);
                case DeliveryEvent.Ruled ruled -> ruled(ruled, settled, last);
                default -> {}
            }
        }
        assertEquals(List.of(), violations);
        Set<Integer> known = new HashSet<>();
        accepted.values()
                .forEach(
                        one -> {
                            int message = Integer.parseInt(one.facts().subject());
                            assertTrue(known.add(message), () -> message + " is there twice");
                            Submitted sent = of(message);
                            assertTrue(
                                    sent.ended && sent.told != Told.REFUSED,
                                    () -> message + " is recorded, and was " + sent.told);
                            judge(message, one, settled, wanted, over);
                        });
        submitted.forEach(
                (message, one) ->
                        assertTrue(
                                one.told != Told.TAKEN || known.contains(message),
                                () -> "message " + message + " was acknowledged and is lost"));
        taken.forEach(
                (copy, times) -> {
                    assertTrue(
                            known.contains(copy.message()),
                            () -> copy + " was sent, and is not on record");
                    int allowed = 1 + excused.getOrDefault(copy, 0);
                    assertTrue(
                            times <= allowed,
                            () -> copy + " was taken " + times + " times, " + allowed + " allowed");
                });
        delivered = taken.size();
        twice = taken.values().stream().mapToInt(times -> times - 1).sum();
    }

    private static void ruled(
            DeliveryEvent.Ruled ruled,
            Map<RecipientId, Disposition> settled,
            Map<RecipientId, DeliveryEvent.Ruled> last) {
        Disposition before = settled.get(ruled.recipient());
        assertTrue(before == null, () -> ruled + " after " + before);
        if (ruled.disposition().isFinal()) {
            settled.put(ruled.recipient(), ruled.disposition());
        }
        DeliveryEvent.Ruled previous = last.put(ruled.recipient(), ruled);
        if (ruled.hop().isPresent()) {
            int attempt = previous == null ? 1 : previous.attempt() + 1;
            assertEquals(attempt, ruled.attempt(), () -> ruled + " after " + previous);
        }
    }

    private void judge(
            int message,
            SubmissionEvent.Accepted accepted,
            Map<RecipientId, Disposition> settled,
            Predicate<String> wanted,
            boolean over) {
        List<String> addresses =
                accepted.envelope().recipients().stream()
                        .map(recipient -> recipient.address().toString())
                        .toList();
        Submitted sent = of(message);
        if (sent.told == Told.TAKEN) {
            assertEquals(sent.granted, addresses, () -> "recipients of " + message);
        }
        for (int i = 0; i < addresses.size(); i++) {
            String address = addresses.get(i);
            Disposition end = settled.get(accepted.message().recipient(i));
            int times = taken.getOrDefault(new Copy(message, address), 0);
            if (end instanceof Disposition.Delivered) {
                assertTrue(times > 0, () -> message + " to " + address + " was never taken");
            } else if (over) {
                assertTrue(end != null, () -> message + " to " + address + " is not settled");
                assertTrue(
                        !wanted.test(address),
                        () -> message + " to " + address + " was wanted, and is " + end);
            }
        }
    }
}
