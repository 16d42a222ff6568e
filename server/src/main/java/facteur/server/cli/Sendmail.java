package facteur.server.cli;

import facteur.mail.text.FailureText;
import facteur.server.local.LocalEnvelope;
import facteur.server.local.SpoolClient;

import org.jspecify.annotations.Nullable;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code sendmail}: hands in mail of programs that know no other way. Exit statuses are those of
 * sysexits.h, as such programs expect them.
 */
final class Sendmail {
    private static final int MOST_HEADER = 256 << 10;
    private static final Pattern FIELD = Pattern.compile("([!-9;-~]+)[ \\t]*:(.*)", Pattern.DOTALL);

    private final LocalSender sender;
    private final PrintStream err;

    Sendmail(LocalSender sender, PrintStream err) {
        this.sender = sender;
        this.err = err;
    }

    /** Runs it; the queue is printed by another command. */
    int run(List<String> words, InputStream in, PrintStream out, Supplier<Integer> printQueue) {
        SendmailArguments arguments;
        try {
            arguments = SendmailArguments.of(words);
        } catch (UsageError e) {
            return fail(SystemExit.USAGE, FailureText.of(e));
        }
        return switch (arguments.mode()) {
            case ALIASES -> SystemExit.OK; // there are none to make
            case QUEUE -> printQueue.get();
            case SMTP -> new SendmailDialogue(sender, this::outcome, in, out).run();
            case MESSAGE -> message(arguments, in);
        };
    }

    private int fail(int status, String why) {
        err.println("sendmail: " + why);
        return status;
    }

    private int message(SendmailArguments arguments, InputStream in) {
        try {
            BufferedInputStream content = new BufferedInputStream(in, 64 << 10);
            InputStream all = arguments.dotsAreContent() ? content : new UntilDot(content);
            Header header = Header.read(all);
            List<String> to = new ArrayList<>(arguments.recipients());
            if (arguments.headerRecipients()) {
                to.addAll(header.recipients());
            }
            if (to.isEmpty()) {
                return fail(
                        SystemExit.USAGE,
                        arguments.headerRecipients()
                                ? "no recipient in To, Cc or Bcc, nor as an argument"
                                : "no recipient; name some, or give -t");
            }
            String from =
                    arguments.nullFrom()
                            ? ""
                            : sender.complete(
                                    arguments.from().isEmpty() ? sender.user() : arguments.from());
            LocalEnvelope envelope =
                    new LocalEnvelope(
                            from,
                            to.stream().map(sender::complete).distinct().toList(),
                            arguments.notifyOn(),
                            arguments.headersOnly(),
                            arguments.envelopeId());
            return hand(
                    envelope,
                    new SequenceInputStream(
                            new ByteArrayInputStream(
                                    header.completed(
                                            arguments.headerRecipients(), from(arguments, from))),
                            all));
        } catch (IOException e) {
            return fail(SystemExit.TRY_AGAIN, FailureText.of(e));
        }
    }

    /** The From field of a message that has none. */
    private String from(SendmailArguments arguments, String from) {
        String address = from.isEmpty() ? sender.complete(sender.user()) : from;
        String name = arguments.fullName().replaceAll("[\\x00-\\x1f\\x7f]", "");
        return name.isEmpty()
                ? "From: " + address
                : "From: \""
                        + name.replace("\\", "\\\\").replace("\"", "\\\"")
                        + "\" <"
                        + address
                        + ">";
    }

    int hand(LocalEnvelope envelope, InputStream content) {
        return switch (outcome(envelope, content)) {
            case SpoolClient.Outcome.Taken _, SpoolClient.Outcome.Waits _ -> SystemExit.OK;
            case SpoolClient.Outcome.Refused(String reply) -> fail(SystemExit.UNAVAILABLE, reply);
            case null -> SystemExit.TRY_AGAIN;
        };
    }

    /** Null when it could be left nowhere, which is said. */
    SpoolClient.@Nullable Outcome outcome(LocalEnvelope envelope, InputStream content) {
        try {
            return SpoolClient.hand(sender.spool(), envelope, content);
        } catch (IllegalArgumentException e) {
            int _ = fail(SystemExit.BAD_DATA, FailureText.of(e));
            return null;
        } catch (IOException e) {
            int _ =
                    fail(
                            SystemExit.TRY_AGAIN,
                            "leave the message in " + sender.spool() + ": " + FailureText.of(e));
            return null;
        }
    }

    /**
     * The header of a message, as it came.
     *
     * @param fields each with its continuation lines and line ends
     * @param end the empty line; empty where the message has no body
     */
    record Header(List<String> fields, String end) {
        static Header read(InputStream in) throws IOException {
            List<String> fields = new ArrayList<>();
            int size = 0;
            for (String line = line(in); ; line = line(in)) {
                size += line.length();
                if (size > MOST_HEADER) {
                    throw new IOException("the header has more than 256 KiB");
                }
                if (line.isEmpty() || (line.isBlank() && line.indexOf('\n') >= 0)) {
                    return new Header(List.copyOf(fields), line);
                }
                boolean continued = line.charAt(0) == ' ' || line.charAt(0) == '\t';
                if (continued && !fields.isEmpty()) {
                    fields.set(fields.size() - 1, fields.getLast() + line);
                } else if (FIELD.matcher(line).matches() || (fields.isEmpty() && isMailbox(line))) {
                    fields.add(line);
                } else {
                    // A body without an empty line before it, as programs of old send it.
                    return new Header(List.copyOf(fields), "\n" + line);
                }
            }
        }

        private static boolean isMailbox(String line) {
            return line.startsWith("From ");
        }

        private static String line(InputStream in) throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int octet = in.read(); octet >= 0; octet = in.read()) {
                line.write(octet);
                if (octet == '\n' || line.size() > MOST_HEADER) {
                    break;
                }
            }
            return line.toString(StandardCharsets.ISO_8859_1);
        }

        private static String name(String field) {
            Matcher matcher = FIELD.matcher(field);
            return matcher.matches() ? matcher.group(1).toLowerCase(Locale.ROOT) : "";
        }

        List<String> recipients() {
            List<String> found = new ArrayList<>();
            for (String field : fields) {
                if (List.of("to", "cc", "bcc").contains(name(field))) {
                    String value =
                            new String(
                                    field.substring(field.indexOf(':') + 1)
                                            .getBytes(StandardCharsets.ISO_8859_1),
                                    StandardCharsets.UTF_8);
                    found.addAll(HeaderAddresses.of(value.replaceAll("[\\r\\n\\t]+", " ")));
                }
            }
            return found;
        }

        /** With a From field, and with -t without the Bcc field, which is nobody's to read. */
        byte[] completed(boolean withoutBcc, String from) {
            StringBuilder text = new StringBuilder();
            fields.stream()
                    .filter(field -> !withoutBcc || !name(field).equals("bcc"))
                    .forEach(text::append);
            if (text.length() > 0 && text.charAt(text.length() - 1) != '\n') {
                text.append('\n');
            }
            if (fields.stream().noneMatch(field -> name(field).equals("from"))) {
                text.append(
                        new String(
                                from.getBytes(StandardCharsets.UTF_8),
                                StandardCharsets.ISO_8859_1));
                text.append('\n');
            }
            return text.append(end.isEmpty() ? "\n" : end)
                    .toString()
                    .getBytes(StandardCharsets.ISO_8859_1);
        }
    }

    /** Ends at a line of one dot. */
    static final class UntilDot extends InputStream {
        private final BufferedInputStream in;
        private boolean atLineStart = true;
        private boolean over;

        UntilDot(BufferedInputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            if (over) {
                return -1;
            }
            if (atLineStart && isDot()) {
                over = true;
                return -1;
            }
            int octet = in.read();
            atLineStart = octet == '\n';
            return octet;
        }

        /** One line at most: what is there already is not kept from the reader. */
        @Override
        public int read(byte[] to, int from, int length) throws IOException {
            int count = 0;
            int octet = 0;
            while (count < length && octet != '\n' && octet >= 0) {
                octet = read();
                if (octet >= 0) {
                    to[from + count] = (byte) octet;
                    count++;
                }
            }
            return count == 0 && length > 0 ? -1 : count;
        }

        private boolean isDot() throws IOException {
            in.mark(3);
            boolean dot = in.read() == '.';
            int next = dot ? in.read() : ' ';
            if (next == '\r') {
                next = in.read();
            }
            in.reset();
            return dot && (next == '\n' || next < 0);
        }
    }
}
