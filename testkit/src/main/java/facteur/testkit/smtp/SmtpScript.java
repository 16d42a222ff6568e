package facteur.testkit.smtp;

import facteur.testkit.tls.LabCertificate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A dialogue written down, to be played from either side.
 *
 * <pre>
 * deliver &lt;a@send.example&gt; to &lt;full@mx.example&gt;      any other line is left to the caller: {@link #directives()}
 * S: 220 mx.example ESMTP
 * C: EHLO *                                          * at the end: whatever follows
 * S: 250-mx.example
 * S: 250 STARTTLS                                    # a comment, after two blanks
 * C: STARTTLS
 * S: 220 go on
 * S: &lt;tls&gt;                                           both sides go over to TLS
 * C: &lt;message&gt;                                       a message up to its final dot
 * C: &lt;chunk 18&gt;                                      so many octets of a message, behind BDAT
 * S: &lt;wait 200ms&gt;                                    the server lets time pass
 * S: &lt;close&gt;                                         the server closes; C: &lt;close&gt; the client does
 * </pre>
 *
 * Lines of one side that follow one another are sent in one write.
 *
 * @param steps the {@code S:} and {@code C:} lines
 * @param directives all other lines but comments
 */
public record SmtpScript(List<Step> steps, List<String> directives) {
    private static final Pattern LINE = Pattern.compile("([SC]):(?: (.*))?");
    private static final Pattern WAIT = Pattern.compile("<wait ([0-9]{1,6})(ms|s)>");
    private static final Pattern CHUNK = Pattern.compile("<chunk ([0-9]{1,6})>");
    private static final byte[] SAMPLE =
            "Subject: sample\r\n\r\nsample\r\n".getBytes(StandardCharsets.US_ASCII);

    /**
     * One line of the dialogue.
     *
     * @param line its number in the text, from 1
     * @param byServer who says it
     */
    public record Step(int line, boolean byServer, String text) {
        private boolean is(String special) {
            return text.equals(special);
        }
    }

    public SmtpScript {
        steps = List.copyOf(steps);
        directives = List.copyOf(directives);
    }

    /**
     * Reads a script.
     *
     * @throws IllegalArgumentException when it has no dialogue
     */
    public static SmtpScript parse(String text) {
        List<Step> steps = new ArrayList<>();
        List<String> directives = new ArrayList<>();
        int number = 0;
        for (String raw : text.lines().toList()) {
            number++;
            String line =
                    raw.strip().startsWith("#") ? "" : raw.replaceFirst("\\s{2,}#.*$", "").strip();
            Matcher matcher = LINE.matcher(line);
            if (matcher.matches()) {
                String said = matcher.group(2) == null ? "" : matcher.group(2);
                steps.add(new Step(number, matcher.group(1).equals("S"), said));
            } else if (!line.isEmpty()) {
                directives.add(line);
            }
        }
        if (steps.isEmpty()) {
            throw new IllegalArgumentException("no S: or C: line in the script");
        }
        return new SmtpScript(steps, directives);
    }

    /**
     * Plays the server's side, once.
     *
     * @throws AssertionError when the client says something else
     */
    public void playServer(SmtpTalk talk, LabCertificate certificate) throws IOException {
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            Matcher wait = WAIT.matcher(step.text());
            if (!step.byServer()) {
                hear(talk, step);
            } else if (step.is("<close>")) {
                talk.close();
                return;
            } else if (step.is("<tls>")) {
                talk.acceptTls(certificate);
            } else if (wait.matches()) {
                pause(wait);
            } else {
                i = sayAll(talk, i);
            }
        }
    }

    /**
     * Plays the client's side, once; {@code C: <message>} sends a small message, and a star at the
     * end of a line is left out.
     */
    public void playClient(SmtpTalk talk) throws IOException {
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            if (step.byServer()) {
                hearServer(talk, step);
            } else if (step.is("<close>")) {
                talk.close();
                return;
            } else if (step.is("<message>")) {
                talk.sendMessage(SAMPLE);
            } else {
                i = sayAll(talk, i);
            }
        }
    }

    /**
     * Says this line and all that follow it from the same side, in one write; gives the last one's
     * index.
     */
    private int sayAll(SmtpTalk talk, int first) throws IOException {
        List<String> lines = new ArrayList<>();
        int i = first;
        while (i < steps.size()
                && steps.get(i).byServer() == steps.get(first).byServer()
                && !steps.get(i).text().startsWith("<")) {
            String text = steps.get(i).text();
            lines.add(
                    !steps.get(i).byServer() && text.endsWith("*")
                            ? text.substring(0, text.length() - 1) + "x"
                            : text);
            i++;
        }
        talk.send(lines.toArray(String[]::new));
        return i - 1;
    }

    private static void hear(SmtpTalk talk, Step step) throws IOException {
        Matcher chunk = CHUNK.matcher(step.text());
        if (chunk.matches()) {
            talk.readChunk(Integer.parseInt(chunk.group(1)));
        } else if (step.is("<message>")) {
            talk.readMessage();
        } else if (step.is("<close>")) {
            require(step, talk.closedByPeer(), "the client to close", "it is still there");
        } else {
            compare(step, talk.readLine());
        }
    }

    private static void hearServer(SmtpTalk talk, Step step) throws IOException {
        if (step.is("<close>")) {
            require(step, talk.closedByPeer(), "the server to close", "it is still there");
        } else if (step.is("<tls>")) {
            talk.beginTls();
        } else if (!WAIT.matcher(step.text()).matches()) {
            compare(step, talk.readLine());
        }
    }

    private static void compare(Step step, String heard) {
        boolean open = step.text().endsWith("*");
        String wanted = open ? step.text().substring(0, step.text().length() - 1) : step.text();
        require(
                step,
                open ? heard.startsWith(wanted) : heard.equals(wanted),
                '"' + step.text() + '"',
                '"' + heard + '"');
    }

    private static void require(Step step, boolean met, String wanted, String found) {
        if (!met) {
            throw new AssertionError(
                    "script line " + step.line() + ": expected " + wanted + " but found " + found);
        }
    }

    private static void pause(Matcher wait) throws IOException {
        long number = Long.parseLong(wait.group(1));
        try {
            Thread.sleep(
                    wait.group(2).equals("s")
                            ? Duration.ofSeconds(number)
                            : Duration.ofMillis(number));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting " + wait.group(), interrupted);
        }
    }
}
