package facteur.server.cli;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * What a program asks of {@code sendmail}, as it has been asked since 1983: options in any order,
 * many of them for queues and aliases of other servers, which are taken and mean nothing here.
 *
 * @param headerRecipients -t: To, Cc and Bcc of the header are recipients
 * @param dotsAreContent -i: a line of one dot does not end the message
 * @param from -f; empty: the user
 * @param nullFrom -f &lt;&gt;
 * @param fullName -F; empty: none
 * @param notifyOn -N, parted
 * @param headersOnly -R hdrs
 * @param envelopeId -V; empty: none
 */
record SendmailArguments(
        Mode mode,
        boolean headerRecipients,
        boolean dotsAreContent,
        String from,
        boolean nullFrom,
        String fullName,
        List<String> notifyOn,
        boolean headersOnly,
        String envelopeId,
        List<String> recipients) {
    /** -b. */
    enum Mode {
        /** Takes a message from standard input. */
        MESSAGE,
        /** Speaks SMTP on standard input and output. */
        SMTP,
        /** Prints the queue. */
        QUEUE,
        /** Makes an alias table, of which there is none. */
        ALIASES
    }

    /** Options that take a value, in the same word or the next. */
    private static final String WITH_VALUE = "fFrBNRVbOCXLhpod";

    /** Of those, such as take it only from the same word. */
    private static final String IN_WORD = "od";

    private static final String WITHOUT_VALUE = "itvnmsUGAqIcxM";

    SendmailArguments {
        notifyOn = List.copyOf(notifyOn);
        recipients = List.copyOf(recipients);
    }

    /** Options are read one by one, so this is changed. */
    private static final class Reading {
        private Mode mode = Mode.MESSAGE;
        private boolean headerRecipients;
        private boolean dotsAreContent;
        private String from = "";
        private boolean nullFrom;
        private String fullName = "";
        private List<String> notifyOn = List.of();
        private boolean headersOnly;
        private String envelopeId = "";
        private final List<String> recipients = new ArrayList<>();

        private void option(char option, String value) {
            switch (option) {
                case 'i' -> dotsAreContent = true;
                case 't' -> headerRecipients = true;
                case 'f', 'r' -> {
                    nullFrom = value.isEmpty() || value.equals("<>");
                    from = bare(value);
                }
                case 'F' -> fullName = value;
                case 'N' -> notifyOn = conditions(value);
                case 'R' -> headersOnly = value.equalsIgnoreCase("hdrs");
                case 'V' -> envelopeId = value;
                case 'b' -> mode = mode(value);
                case 'o' -> dotsAreContent |= value.equals("i");
                case 'O' -> dotsAreContent |= value.matches("(?i)IgnoreDots(=true)?");
                default -> {
                    // of other servers: verbosity, queue runs, hop counts, configuration files
                }
            }
        }

        private static List<String> conditions(String value) {
            List<String> conditions =
                    List.of(value.toLowerCase(java.util.Locale.ROOT).split(",", -1));
            if (!List.of("never", "success", "failure", "delay").containsAll(conditions)) {
                throw new UsageError(
                        "-N: never, or some of success, failure and delay, not " + value);
            }
            return conditions;
        }

        private static Mode mode(String value) {
            return switch (value) {
                case "m" -> Mode.MESSAGE;
                case "s" -> Mode.SMTP;
                case "p" -> Mode.QUEUE;
                case "i" -> Mode.ALIASES;
                default ->
                        throw new UsageError("-b" + value + " is nothing that this sendmail does");
            };
        }

        private SendmailArguments done() {
            return new SendmailArguments(
                    mode,
                    headerRecipients,
                    dotsAreContent,
                    from,
                    nullFrom,
                    fullName,
                    notifyOn,
                    headersOnly,
                    envelopeId,
                    recipients);
        }
    }

    static String bare(String address) {
        return address.startsWith("<") && address.endsWith(">")
                ? address.substring(1, address.length() - 1)
                : address;
    }

    /** Reads them; {@link UsageError} says what is wrong. */
    static SendmailArguments of(List<String> arguments) {
        Reading reading = new Reading();
        Deque<String> words = new ArrayDeque<>(arguments);
        boolean options = true;
        while (!words.isEmpty()) {
            String word = words.pop();
            if (!options || !word.startsWith("-") || word.equals("-")) {
                reading.recipients.add(bare(word));
            } else if (word.equals("--")) {
                options = false;
            } else {
                letters(reading, word.substring(1), words);
            }
        }
        return reading.done();
    }

    /** Several letters may stand in one word; one that takes a value takes the rest of it. */
    private static void letters(Reading reading, String letters, Deque<String> more) {
        for (int i = 0; i < letters.length(); i++) {
            char letter = letters.charAt(i);
            if (WITH_VALUE.indexOf(letter) >= 0) {
                String value = letters.substring(i + 1);
                if (value.isEmpty() && IN_WORD.indexOf(letter) < 0) {
                    if (more.isEmpty()) {
                        throw new UsageError("-" + letter + " needs a value");
                    }
                    value = more.pop();
                }
                reading.option(letter, value);
                return;
            }
            if (letter == 'q' || letter == 'A') {
                return; // the rest is a time, or the name of a mode
            }
            if (WITHOUT_VALUE.indexOf(letter) < 0) {
                throw new UsageError("there is no option -" + letter);
            }
            reading.option(letter, "");
        }
    }
}
