package facteur.message.control;

import facteur.mail.message.MessageFacts;
import facteur.message.mime.HeaderBlock;
import facteur.message.mime.SingleField;
import facteur.message.mime.SingleFields;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What is settled once, at acceptance. The message is stored as it came, with a few octets in
 * front: our Received field, and Date and Message-ID where they were missing (RFC 6409 8). They
 * must not differ between recipients or after a restart, so they are not left to rendering;
 * stripping is, so the stored message stays what the application sent. A field that says nothing is
 * as good as a missing one; rendering takes it away.
 */
public final class Preparation {
    /** Beyond it, a message goes in circles: no way through applications and relays is as long. */
    public static final int MAX_RECEIVED = 50;

    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ENGLISH)
                    .withZone(ZoneOffset.UTC);
    private static final int MAX_HELO = 255;

    private Preparation() {}

    /**
     * The outcome.
     *
     * @param prefix header fields to be stored in front of the message, complete lines of ASCII
     * @param dropped octets at the start of the message that are not stored: lines of a mailbox
     *     file, behind which the next reader would see no header
     */
    public record Prepared(MessageFacts facts, String prefix, int dropped) {
        public byte[] prefixOctets() {
            return prefix.getBytes(StandardCharsets.US_ASCII);
        }
    }

    public static Prepared prepare(HeaderBlock header, Arrival arrival) {
        MessageFacts taken = ControlHeaders.take(header, arrival.mode()).facts();
        List<String> notes = new ArrayList<>(taken.notes());
        StringBuilder prefix = new StringBuilder(received(arrival));
        if (!header.has("date")) {
            prefix.append("Date: ").append(date(arrival.at())).append("\r\n");
            notes.add(HeaderNote.DATE_ADDED.key());
        }
        String messageId = taken.messageId();
        if (messageId.isEmpty()) {
            messageId = "<" + arrival.id() + "@" + arrival.hostname() + ">";
            prefix.append("Message-ID: ").append(messageId).append("\r\n");
        }
        if (header.isMalformed()) {
            notes.add(HeaderNote.NOT_A_FIELD.key());
        }
        for (SingleField field : SingleFields.of(header).several()) {
            notes.add(HeaderNote.REPEATED.about(field.key()));
        }
        MessageFacts facts = with(taken, messageId, notes);
        return new Prepared(facts, prefix.toString(), header.mailboxLines());
    }

    /** Whether the message has passed so many servers that it must be going in circles. */
    public static boolean isLooping(HeaderBlock header) {
        return header.all("received").size() > MAX_RECEIVED;
    }

    /** A date as RFC 5322 3.3 writes it, in UTC. */
    static String date(Instant at) {
        return DATE.format(at);
    }

    private static String received(Arrival arrival) {
        return "Received: from %s ([%s])\r\n\tby %s (Facteur) with %s id %s;\r\n\t%s\r\n"
                .formatted(
                        fit(arrival.helo()).orElse("unknown"),
                        fit(arrival.client()).orElse("unknown"),
                        arrival.hostname(),
                        arrival.protocol(),
                        arrival.id(),
                        date(arrival.at()));
    }

    /** Names, addresses and address literals as they are; anything else is not repeated. */
    private static Optional<String> fit(String name) {
        boolean plain =
                !name.isEmpty()
                        && name.length() <= MAX_HELO
                        && name.chars().allMatch(Preparation::isPlain);
        return plain ? Optional.of(name) : Optional.empty();
    }

    private static boolean isPlain(int c) {
        return (c < 0x7f && Character.isLetterOrDigit(c)) || ".-_:[]".indexOf(c) >= 0;
    }

    private static MessageFacts with(MessageFacts facts, String messageId, List<String> notes) {
        return new MessageFacts(
                facts.campaign(),
                facts.subject(),
                facts.sender(),
                messageId,
                facts.tags(),
                facts.contactId(),
                facts.metadata(),
                facts.tracking(),
                facts.transactional(),
                notes);
    }
}
