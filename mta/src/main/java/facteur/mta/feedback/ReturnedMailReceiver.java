package facteur.mta.feedback;

import facteur.mail.address.Domain;
import facteur.mta.reception.PathReader;

import java.util.List;

/**
 * The receiver of returned mail without its sockets: what each client is answered, and where a
 * complete mail goes. One for all connections.
 */
public final class ReturnedMailReceiver {
    /** Octets of a mail that are kept; the rest belongs to what was returned. */
    public static final int KEPT = ReturnedMailReader.MOST;

    /** Octets of a mail that are taken at all (RFC 1870). */
    public static final long MAX_SIZE = ReceiverDialogue.MAX_SIZE;

    private final String hostname;
    private final Domain returnPath;
    private final PathReader paths;
    private final BounceProcessor desk;

    public ReturnedMailReceiver(
            String hostname, Domain returnPath, PathReader paths, BounceProcessor desk) {
        this.hostname = hostname;
        this.returnPath = returnPath;
        this.paths = paths;
        this.desk = desk;
    }

    /** What is to be done next on a connection. */
    public sealed interface Next {
        record Answer(List<String> lines) implements Next {}

        /** Answer 354, gather the content, give it to {@link Conversation#taken}. */
        record Gather() implements Next {}

        /** Answer, then shake hands; nothing that came in clear behind the command is read. */
        record StartTls(String line) implements Next {}

        /** Answer, then hang up. */
        record HangUp(String line) implements Next {}
    }

    /** A connection's talk. Owned by its event loop, but for {@link #taken}. */
    public final class Conversation {
        private final ReceiverDialogue dialogue;
        private List<ReturnAddress> to = List.of();

        private Conversation(boolean offersTls) {
            dialogue =
                    new ReceiverDialogue(
                            hostname, returnPath, desk.seal(), paths, desk.figures(), offersTls);
        }

        public String greeting() {
            return dialogue.greeting();
        }

        /** Whether the client has begun to bring something. */
        public boolean hasBegun() {
            return dialogue.hasBegun();
        }

        public Next line(byte[] line) {
            return switch (dialogue.line(line)) {
                case ReceiverDialogue.Step.Answer(var lines) -> new Next.Answer(lines);
                case ReceiverDialogue.Step.StartTls(var text) -> new Next.StartTls(text);
                case ReceiverDialogue.Step.Close(var text) -> new Next.HangUp(text);
                case ReceiverDialogue.Step.Content(var addresses) -> {
                    to = addresses;
                    dialogue.reset();
                    yield new Next.Gather();
                }
            };
        }

        /**
         * Records what a mail means; blocks until that is on disk. Nothing else is asked of this
         * conversation meanwhile.
         *
         * @param mail at most {@link #KEPT} octets of it
         * @return the answer to its final dot
         */
        public String taken(byte[] mail) {
            return desk.take(mail, to)
                    ? "250 2.0.0 Report accepted"
                    : "451 4.3.0 cannot be recorded now; try again later";
        }
    }

    public Conversation conversation(boolean offersTls) {
        return new Conversation(offersTls);
    }
}
