package facteur.mta.feedback;

import facteur.config.access.Admission;
import facteur.mail.address.Domain;
import facteur.mta.smtpd.PathReader;
import facteur.mta.smtpd.ServerDialogue;
import facteur.mta.smtpd.SmtpConnection;
import facteur.mta.smtpd.TraceMask;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * One client that brings something back: its lines go to the {@link ReceiverDialogue}, the head of
 * its content is kept within a budget and read when it is whole.
 */
public final class ReturnedMailDialogue implements ServerDialogue {
    /** Octets of a mail that are kept; the rest belongs to what was returned. */
    private static final int KEPT = ReturnedMailReader.MOST;

    private static final long MAX_SIZE = ReceiverDialogue.MAX_SIZE;
    private static final int FIRST_BLOCK = 8192;
    private static final String LATER = "451 4.3.0 cannot be recorded now; try again later";
    private static final Logger log = LoggerFactory.getLogger(ReturnedMailDialogue.class);

    /**
     * For each client. There is no login here: all are strangers, and a quarter of the room stays
     * free.
     *
     * @param returnPath domain of the addresses that mail comes back to
     * @param budget over all clients
     * @param readers run what blocks until a mail is on disk
     */
    public record Factory(
            String hostname,
            Domain returnPath,
            PathReader paths,
            BounceProcessor processor,
            ReturnBudget budget,
            Executor readers)
            implements ServerDialogue.Factory {
        /** Connections at once, in all and of one address. */
        public static final Admission.Limits LIMITS = new Admission.Limits(200, 50);

        @Override
        public ServerDialogue begin(SmtpConnection connection, Arrival arrival) {
            return new ReturnedMailDialogue(this, connection, arrival.client());
        }
    }

    private final Factory service;
    private final SmtpConnection connection;
    private final InetAddress client;
    private final ReceiverDialogue receiver;
    private List<ReturnAddress> to = List.of();
    private ByteArrayOutputStream mail = new ByteArrayOutputStream(0);
    private int held;
    private boolean noRoom;
    private long size;

    private ReturnedMailDialogue(Factory service, SmtpConnection connection, InetAddress client) {
        this.service = service;
        this.connection = connection;
        this.client = client;
        BounceProcessor processor = service.processor();
        this.receiver =
                new ReceiverDialogue(
                        service.hostname(),
                        service.returnPath(),
                        processor.seal(),
                        service.paths(),
                        processor.figures(),
                        connection.canStartTls());
    }

    @Override
    public void admitted() {
        // A stranger stays one.
    }

    @Override
    public String greeting() {
        return receiver.greeting();
    }

    @Override
    public String shown(byte[] line) {
        return TraceMask.shown(new String(line, StandardCharsets.UTF_8), false);
    }

    @Override
    public void line(byte[] line) {
        switch (receiver.line(line)) {
            case ReceiverDialogue.Step.Answer(var lines) -> connection.reply(lines);
            case ReceiverDialogue.Step.Close(var text) -> hangUp(text);
            case ReceiverDialogue.Step.StartTls(var text) -> {
                connection.reply(List.of(text));
                connection.startTls();
            }
            case ReceiverDialogue.Step.Content(var addresses) -> gather(addresses);
        }
        if (receiver.hasBegun()) {
            connection.begun();
        }
    }

    @Override
    public void tlsStarted() {
        // The receiver forgot what was said when it answered STARTTLS.
    }

    private void gather(List<ReturnAddress> addresses) {
        to = addresses;
        receiver.reset();
        Optional<String> refusal = service.budget().refusal(client, System.nanoTime());
        if (refusal.isPresent()) {
            connection.reply(List.of(refusal.get()));
            return;
        }
        size = 0;
        noRoom = false;
        mail = new ByteArrayOutputStream(FIRST_BLOCK);
        connection.reply(List.of("354 End data with <CR><LF>.<CR><LF>"));
        connection.beginContent();
    }

    @Override
    public void content(byte[] octets, int length) {
        size += length;
        int kept = Math.min(length, KEPT - mail.size());
        if (!noRoom && service.budget().hold(kept)) {
            held += kept;
            mail.write(octets, 0, kept);
        } else if (!noRoom) {
            noRoom = true;
            release();
        }
        if (size > 2 * MAX_SIZE) {
            // It was told the limit; who goes on for as long again will not stop.
            hangUp("552 5.3.4 too large");
        }
    }

    /** Lines that are too long are no reason to lose a report: it is read, never sent on. */
    @Override
    public void endOfContent(boolean tooLong) {
        byte[] octets = mail.toByteArray();
        mail = new ByteArrayOutputStream(0);
        service.budget().brought(client, octets.length, System.nanoTime());
        if (size > MAX_SIZE) {
            release();
            connection.reply(List.of("552 5.3.4 larger than " + MAX_SIZE + " octets"));
            return;
        }
        if (noRoom) {
            connection.reply(List.of("452 4.3.1 too much returned mail at once; try again later"));
            return;
        }
        int reading = held;
        held = 0;
        CompletableFuture<String> answer =
                CompletableFuture.supplyAsync(() -> read(octets, reading), service.readers());
        connection.await(answer, () -> connection.reply(List.of(answer.join())));
    }

    /** Blocks until what the mail means is on disk. */
    private String read(byte[] octets, int reading) {
        try {
            return service.processor().take(octets, to) ? "250 2.0.0 Report accepted" : LATER;
        } catch (RuntimeException e) {
            // Whatever it was, it is not on disk: the client keeps the mail and comes again.
            log.error("failed to accept a returned mail from {}", client, e);
            return LATER;
        } finally {
            service.budget().release(reading);
        }
    }

    private void release() {
        mail = new ByteArrayOutputStream(0);
        service.budget().release(held);
        held = 0;
    }

    private void hangUp(String last) {
        connection.reply(List.of(last));
        connection.close();
    }

    @Override
    public void closed() {
        release();
    }
}
