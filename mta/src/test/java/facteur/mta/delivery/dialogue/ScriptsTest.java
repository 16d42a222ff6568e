package facteur.mta.delivery.dialogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.smtp.ReplyReader;
import facteur.mta.delivery.Scenario;
import facteur.testkit.smtp.SmtpScript;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Every script against the dialogue alone. {@code netty.ScriptsOverLoopbackTest} plays the same.
 */
class ScriptsTest {
    static List<Scenario> scenarios() throws Exception {
        return Scenario.all();
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void the_dialogue_does_what_the_script_says(Scenario scenario) {
        Player player = new Player(scenario);
        scenario.script().steps().forEach(player::play);
        player.proceed();
        assertEquals(scenario.outcomes(), player.outcomes);
        assertTrue(player.said.isEmpty(), () -> "the script does not have: " + player.said);
    }

    /** Carries out what the dialogue wants without a connection. */
    private static final class Player {
        private final Scenario scenario;
        private final Deque<Transaction> left;
        private final Deque<Boolean> ahead;
        private final Deque<Transaction> underWay = new ArrayDeque<>();
        private final Deque<String> said = new ArrayDeque<>();
        private final List<String> outcomes = new ArrayList<>();
        private final ReplyReader replies = new ReplyReader();
        private int unrecorded;
        private Phase phase;

        Player(Scenario scenario) {
            this.scenario = scenario;
            this.left = new ArrayDeque<>(scenario.transactions());
            this.ahead = new ArrayDeque<>(scenario.ahead());
            this.phase = Dialogue.begin(scenario.options()).phase();
        }

        void play(SmtpScript.Step step) {
            if (step.byServer()) {
                server(step.text());
            } else {
                proceed();
                client(step);
            }
        }

        private void server(String text) {
            if (text.equals("<close>")) {
                signal(new Signal.Disconnected("closed"));
            } else if (text.equals("<tls>")) {
                signal(new Signal.TlsEstablished("TLSv1.3 test"));
            } else if (!text.startsWith("<wait")) {
                read(ByteBuffer.wrap((text + "\r\n").getBytes(StandardCharsets.UTF_8)));
            }
        }

        private void read(ByteBuffer octets) {
            while (octets.hasRemaining()) {
                replies.read(octets)
                        .ifPresent(
                                read ->
                                        signal(
                                                switch (read) {
                                                    case ReplyReader.Read.Complete(var reply) ->
                                                            new Signal.Replied(reply);
                                                    case ReplyReader.Read.Malformed(var line) ->
                                                            new Signal.Garbled(line);
                                                }));
            }
        }

        private void client(SmtpScript.Step step) {
            if (step.text().equals("<close>")) {
                if (scenario.impatient() && said.isEmpty()) {
                    signal(new Signal.TimedOut("tired of waiting"));
                }
                assertEquals("<close>", said.poll(), at(step));
                return;
            }
            if (said.isEmpty() && phase instanceof Phase.Granted) {
                record();
            }
            String line = said.isEmpty() ? "" : said.remove();
            boolean open = step.text().endsWith("*");
            String wanted = open ? step.text().substring(0, step.text().length() - 1) : step.text();
            assertEquals(wanted, open && line.startsWith(wanted) ? wanted : line, at(step));
            if (line.equals("<message>")) {
                assertInstanceOf(Phase.Content.class, phase, at(step));
                signal(new Signal.ContentSent());
            }
        }

        private static String at(SmtpScript.Step step) {
            return "script line " + step.line();
        }

        /** What the owner of a session does. */
        void proceed() {
            while (phase instanceof Phase.Ready) {
                if (left.isEmpty()) {
                    signal(new Signal.Finish());
                } else {
                    assign();
                }
            }
            if (!underWay.isEmpty() && !ahead.isEmpty() && ahead.peek() && Dialogue.takes(phase)) {
                assign();
                proceed();
            }
        }

        private void assign() {
            Transaction next = left.remove();
            ahead.remove();
            underWay.add(next);
            signal(new Signal.Assigned(next, scenario.habits()));
        }

        private void record() {
            while (unrecorded > 0) {
                unrecorded--;
                signal(new Signal.Recorded());
            }
        }

        private void signal(Signal signal) {
            Step step = Dialogue.on(phase, signal);
            phase = step.phase();
            for (Step.Action action : step.actions()) {
                switch (action) {
                    case Step.Action.Send(String lines) -> lines.lines().forEach(said::add);
                    case Step.Action.SendContent _ -> said.add("<message>");
                    case Step.Action.SendChunk _ -> said.add(chunk());
                    case Step.Action.StartTls _ ->
                            assertInstanceOf(Phase.Handshake.class, phase, "handshake");
                    case Step.Action.Report(var results) -> {
                        outcomes.addAll(Scenario.told(underWay.remove(), results));
                        unrecorded++;
                    }
                    case Step.Action.Learn(var lesson) -> outcomes.add(Scenario.told(lesson));
                    case Step.Action.Return(var why) ->
                            outcomes.addAll(Scenario.returned(underWay.remove(), why));
                    case Step.Action.Unusable(var why) ->
                            outcomes.add("unusable " + Scenario.told(why));
                    case Step.Action.Close _ -> closed();
                }
            }
            if (!scenario.recordedLate()) {
                record();
            }
        }

        private String chunk() {
            return "<chunk " + underWay.getFirst().size() + ">";
        }

        /** Only a close that somebody waits for is noted: mostly the server closed before. */
        private void closed() {
            boolean awaited =
                    scenario.script().steps().stream()
                            .anyMatch(s -> !s.byServer() && s.text().equals("<close>"));
            if (awaited && !said.contains("<close>")) {
                said.add("<close>");
            }
        }
    }
}
