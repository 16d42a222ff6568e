package facteur.mta.simulation;

import facteur.mta.queue.owner.VirtualOwner;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * An application that hands in some messages on one connection: it pipelines or does not, sends its
 * octets in pieces of any size, slowly at times, and may be cut off at any of them.
 */
final class SimulatedClient implements MemoryConnection.Client {
    private static final Duration WAY = Duration.ofMillis(5);

    private final VirtualOwner world;
    private final RandomGenerator random;
    private final Machine machine;
    private final Oracle oracle;
    private final Letters letters;
    private final boolean pipelines;
    private final boolean inPieces;
    private final boolean slow;
    private int messages;
    // Octets after which the connection breaks.
    private long breaksAfter;
    private Instant lastSent;
    private @Nullable MemoryConnection connection; // from begin on
    private boolean over;
    private final List<String> replies = new ArrayList<>();
    private int awaited;
    private Consumer<List<String>> then = _ -> {};

    /**
     * A message to be handed in.
     *
     * @param malformed whether it ends a line with LF alone, for which it must be refused
     */
    record Letter(int number, List<String> to, String body, boolean malformed) {}

    /** Where messages come from. */
    interface Letters {
        Letter next();
    }

    SimulatedClient(
            VirtualOwner world,
            RandomGenerator random,
            Machine machine,
            Oracle oracle,
            Letters letters) {
        this.world = world;
        this.random = random;
        this.machine = machine;
        this.oracle = oracle;
        this.letters = letters;
        this.pipelines = random.nextBoolean();
        this.inPieces = random.nextInt(3) == 0;
        this.slow = random.nextInt(6) == 0;
        this.messages = 1 + random.nextInt(4);
        this.breaksAfter = random.nextInt(6) == 0 ? random.nextInt(4_000) : Long.MAX_VALUE;
        this.lastSent = world.now();
    }

    void begin(SimulatedNode node) {
        expect(1, _ -> ask("EHLO client.example", _ -> message()));
        connection = node.connect(this);
    }

    private void expect(int count, Consumer<List<String>> next) {
        awaited = count;
        then = next;
        deliver();
    }

    private void ask(String line, Consumer<String> next) {
        expect(1, answers -> next.accept(answers.getFirst()));
        send((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    private void message() {
        if (messages-- == 0) {
            ask("QUIT", _ -> over = true);
            return;
        }
        Letter letter = letters.next();
        oracle.begins(letter.number(), letter.body());
        List<String> commands = new ArrayList<>();
        commands.add("MAIL FROM:<a@send.example>");
        letter.to().forEach(address -> commands.add("RCPT TO:<" + address + ">"));
        commands.add("DATA");
        if (pipelines) {
            expect(commands.size(), answers -> data(letter, answers));
            send((String.join("\r\n", commands) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        } else {
            oneByOne(letter, commands, new ArrayList<>());
        }
    }

    private void oneByOne(Letter letter, List<String> commands, List<String> answers) {
        if (answers.size() == commands.size()) {
            data(letter, answers);
        } else {
            ask(
                    commands.get(answers.size()),
                    answer -> {
                        answers.add(answer);
                        oneByOne(letter, commands, answers);
                    });
        }
    }

    private void data(Letter letter, List<String> answers) {
        if (!answers.getLast().startsWith("354")) {
            ask("RSET", _ -> message());
            return;
        }
        List<String> granted = new ArrayList<>();
        for (int i = 0; i < letter.to().size(); i++) {
            if (answers.get(i + 1).startsWith("250")) {
                granted.add(letter.to().get(i));
            }
        }
        expect(
                1,
                verdict -> {
                    oracle.verdict(letter.number(), granted, verdict.getFirst());
                    message();
                });
        String header =
                "From: a@send.example\r\nSubject: "
                        + letter.number()
                        + "\r\n"
                        + Oracle.TAG
                        + letter.number()
                        + "\r\n\r\n";
        String stuffed = letter.body().replace("\r\n.", "\r\n..");
        if (send(
                        (header + (letter.malformed() ? "bare\n" : "") + stuffed + ".\r\n")
                                .getBytes(StandardCharsets.US_ASCII))
                && !letter.malformed()) {
            oracle.ends(letter.number());
        }
    }

    /** False when the connection breaks before all of it has left. */
    private boolean send(byte[] octets) {
        int from = 0;
        while (from < octets.length && !over) {
            int left = octets.length - from;
            int piece = inPieces ? 1 + random.nextInt(Math.min(left, 1 + left / 4)) : left;
            boolean breaks = piece >= breaksAfter;
            int leaves = (int) Math.min(piece, breaksAfter);
            breaksAfter -= leaves;
            byte[] part = Arrays.copyOfRange(octets, from, from + leaves);
            arriveLater(() -> Objects.requireNonNull(connection).arrives(part));
            from += leaves;
            if (breaks) {
                over = true;
                arriveLater(() -> Objects.requireNonNull(connection).hungUp());
            }
        }
        return from == octets.length;
    }

    private void arriveLater(Runnable what) {
        Instant soonest = world.now().plus(WAY);
        Duration pause = slow ? Duration.ofMillis(random.nextInt(20_000)) : Duration.ZERO;
        lastSent = (lastSent.isBefore(soonest) ? soonest : lastSent).plus(pause);
        world.at(lastSent, () -> machine.run(what));
    }

    // ---- told by the node

    @Override
    public void said(List<String> lines) {
        world.at(world.now().plus(WAY), () -> heard(lines));
    }

    private void heard(List<String> lines) {
        for (String line : lines) {
            if (line.length() < 4 || line.charAt(3) != '-') {
                replies.add(line);
            }
        }
        deliver();
    }

    private void deliver() {
        if (!over && awaited > 0 && replies.size() >= awaited) {
            List<String> answers = List.copyOf(replies.subList(0, awaited));
            replies.subList(0, awaited).clear();
            awaited = 0;
            then.accept(answers);
        }
    }

    @Override
    public void closed() {
        world.at(world.now().plus(WAY).plusMillis(1), () -> over = true);
    }
}
