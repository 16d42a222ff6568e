package facteur.mail.event;

import facteur.mail.message.MailId;

import java.time.Instant;

/** What the readers of a message did, without saying who they are. */
public sealed interface ReadershipEvent extends Event {
    MailId message();

    /**
     * Hits of about a second were counted (aggregate mode).
     *
     * @param at of the first
     * @param link index of the link in the message, or {@link #PIXEL}
     * @param target where it led; empty for the pixel
     * @param isMachine whether they are thought to be a machine's
     */
    record Counted(MailId message, Instant at, int link, String target, boolean isMachine, int hits)
            implements ReadershipEvent {
        /** Stands for the pixel, behind all links that a message can have. */
        public static final int PIXEL = 0x1_0000;
    }
}
