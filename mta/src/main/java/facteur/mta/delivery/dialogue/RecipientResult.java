package facteur.mta.delivery.dialogue;

import facteur.mail.outcome.Evidence;

/** What a transaction came to for one recipient. */
public sealed interface RecipientResult {
    /** Of the reply or failure that it rests on. */
    Evidence evidence();

    /** The recipient was answered, or the attempt failed on the way with it. */
    record Tried(Evidence evidence) implements RecipientResult {}

    /**
     * Nothing was said of the recipient and no content left for it: the session ended on the way.
     * This is no attempt.
     */
    record NotTried(Evidence evidence) implements RecipientResult {}
}
