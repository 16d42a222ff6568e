package facteur.mta.simulation;

import facteur.mta.queue.owner.Owner;
import facteur.mta.smtpd.Framer;
import facteur.mta.smtpd.ServerDialogue;
import facteur.mta.smtpd.SmtpConnection;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The node's end of a client's connection, without a socket: octets go through the framer, lines
 * and content to the dialogue, and nothing is read while an answer is pending.
 */
final class MemoryConnection implements SmtpConnection, Framer.Sink {
    private static final InetSocketAddress LOOPBACK =
            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 587);
    private static final Duration SLOWED = Duration.ofSeconds(2);

    private final Owner loop;
    private final Client client;
    private final Framer framer = new Framer(this);
    private final ServerDialogue dialogue;
    private byte[] unread = new byte[0];
    private int pauses;
    private boolean feeding;
    private boolean closing;
    private boolean left;

    /** The other end; told at once, it is its own to let the way take time. */
    interface Client {
        void said(List<String> lines);

        void closed();
    }

    MemoryConnection(Owner loop, ServerDialogue.Factory dialogues, Client client) {
        this.loop = loop;
        this.client = client;
        this.dialogue =
                dialogues.begin(
                        this, new ServerDialogue.Arrival(LOOPBACK.getAddress(), false, false));
        dialogue.admitted();
        reply(List.of(dialogue.greeting()));
    }

    /** Octets of the client arrive. */
    void arrives(byte[] octets) {
        int before = unread.length;
        unread = Arrays.copyOf(unread, before + octets.length);
        System.arraycopy(octets, 0, unread, before, octets.length);
        feed();
    }

    /** The client has hung up. */
    void hungUp() {
        if (!left) {
            left = true;
            closing = true;
            dialogue.closed();
        }
    }

    private void feed() {
        if (feeding) {
            return;
        }
        feeding = true;
        ByteBuffer from = ByteBuffer.wrap(unread);
        try {
            while (pauses == 0 && !closing && from.hasRemaining()) {
                framer.feed(from);
            }
        } finally {
            feeding = false;
            unread = Arrays.copyOfRange(unread, from.position(), unread.length);
        }
    }

    @Override
    public void line(byte[] line) {
        dialogue.line(line);
    }

    @Override
    public void beginContent() {
        framer.beginContent();
    }

    @Override
    public void content(byte[] octets, int length) {
        if (!closing) {
            dialogue.content(octets, length);
        }
    }

    @Override
    public void endOfContent(boolean tooLong) {
        if (!closing) {
            dialogue.endOfContent(tooLong);
        }
    }

    @Override
    public void violated(Framer.Violation violation) {
        reply(List.of(violation.reply()));
        close();
    }

    @Override
    public void await(CompletableFuture<?> known, Runnable then) {
        pauses++;
        CompletableFuture<?> _ =
                known.whenComplete(
                        (_, _) ->
                                loop.post(
                                        () -> {
                                            if (!left) {
                                                then.run();
                                            }
                                            resume();
                                        }));
    }

    @Override
    public void slowDown() {
        pauses++;
        loop.at(loop.now().plus(SLOWED), this::resume);
    }

    private void resume() {
        pauses--;
        feed();
    }

    @Override
    public void reply(List<String> lines) {
        client.said(new ArrayList<>(lines));
    }

    @Override
    public void close() {
        closing = true;
        client.closed();
        if (!left) {
            left = true;
            dialogue.closed();
        }
    }

    @Override
    public InetSocketAddress remote() {
        return LOOPBACK;
    }

    @Override
    public InetSocketAddress local() {
        return LOOPBACK;
    }

    @Override
    public boolean canStartTls() {
        return false;
    }

    @Override
    public void startTls() {
        throw new IllegalStateException("STARTTLS was not offered");
    }

    @Override
    public void begun() {}

    @Override
    public void loggedIn() {}
}
