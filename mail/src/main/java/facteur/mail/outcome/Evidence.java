package facteur.mail.outcome;

import facteur.mail.smtp.Reply;

/** Why a disposition is what it is: a reply, or a fault where no reply came. */
public sealed interface Evidence {
    Stage stage();

    record Answered(Stage stage, Reply reply) implements Evidence {
        @Override
        public String toString() {
            return reply.toString();
        }
    }

    /**
     * @param detail what was tried and how it failed, for people; at most some hundred characters
     */
    record Failed(Stage stage, Fault fault, String detail) implements Evidence {
        @Override
        public String toString() {
            return detail;
        }
    }
}
