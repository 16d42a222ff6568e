package facteur.tracker.netty;

import facteur.testkit.tls.LabCertificate;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** An HTTP/2 client that sends whatever frames it likes (RFC 9113 4.1, 6). */
final class Http2Peer implements AutoCloseable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;

    static final int PROTOCOL_ERROR = 1;
    static final int REFUSED_STREAM = 7;
    static final int ENHANCE_YOUR_CALM = 11;

    private static final int RECEIVE = 16 << 10;

    private final SSLSocket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final ByteArrayOutputStream batch = new ByteArrayOutputStream();

    /**
     * One frame as the server sent it.
     *
     * @param error of RST_STREAM and GOAWAY
     */
    record Frame(int type, int flags, int stream, int error) {}

    /**
     * @param settings pairs of identifier and value
     */
    Http2Peer(int port, int... settings) throws IOException {
        socket = (SSLSocket) LabCertificate.trustingContext().getSocketFactory().createSocket();
        socket.setReceiveBufferSize(RECEIVE);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.setSoTimeout(Math.toIntExact(Ground.PATIENCE.toMillis()));
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream()));
        out = socket.getOutputStream();
        batch.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        ByteArrayOutputStream pairs = new ByteArrayOutputStream();
        for (int i = 0; i < settings.length; i += 2) {
            pairs.write(settings[i] >> 8);
            pairs.write(settings[i]);
            pairs.writeBytes(number(settings[i + 1]));
        }
        add(SETTINGS, 0, 0, pairs.toByteArray());
        flush();
    }

    static byte[] number(int value) {
        return java.nio.ByteBuffer.allocate(4).putInt(value).array();
    }

    /** Adds a frame to what {@link #flush} sends. */
    Http2Peer add(int type, int flags, int stream, byte... payload) {
        batch.write(payload.length >> 16);
        batch.write(payload.length >> 8);
        batch.write(payload.length);
        batch.write(type);
        batch.write(flags);
        batch.writeBytes(number(stream));
        batch.writeBytes(payload);
        return this;
    }

    void flush() throws IOException {
        batch.writeTo(out);
        batch.reset();
        out.flush();
    }

    /** Sends octet by octet. */
    void trickle(int octets) throws IOException {
        byte[] all = batch.toByteArray();
        batch.reset();
        for (int i = 0; i < octets; i++) {
            out.write(all, i, 1);
            out.flush();
        }
    }

    /** A request without a body, its path put into the table of the connection (RFC 7541 6.2.1). */
    static byte[] get(String path) {
        return request(0x82, 0x44, path);
    }

    /** The same request again, all of it from the tables. */
    static byte[] again() {
        return new byte[] {(byte) 0x82, (byte) 0x87, (byte) (0x80 | 63), (byte) (0x80 | 62)};
    }

    /** A request whose answer has no body; all of it is put into the table. */
    static byte[] head(String path) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.write(0x42);
        text(block, "HEAD");
        byte[] rest = request(0x87, 0x44, path);
        block.write(rest, 1, rest.length - 1);
        return block.toByteArray();
    }

    static byte[] headAgain() {
        return new byte[] {(byte) (0x80 | 64), (byte) 0x87, (byte) (0x80 | 63), (byte) (0x80 | 62)};
    }

    /** A request whose body follows. */
    static byte[] post(String path) {
        return request(0x83, 0x04, path);
    }

    private static byte[] request(int method, int pathForm, String path) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.write(method);
        block.write(0x87); // https
        block.write(pathForm);
        text(block, path);
        block.write(pathForm == 0x44 ? 0x41 : 0x01); // :authority
        text(block, "localhost");
        return block.toByteArray();
    }

    static byte[] field(String name, String value) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.write(0);
        text(block, name);
        text(block, value);
        return block.toByteArray();
    }

    private static void text(ByteArrayOutputStream block, String text) {
        int rest = text.length();
        if (rest < 127) {
            block.write(rest);
        } else {
            block.write(127);
            for (rest -= 127; rest >= 128; rest >>= 7) {
                block.write((rest & 0x7f) | 0x80);
            }
            block.write(rest);
        }
        block.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The next frame; empty when the server has ended the connection. */
    Optional<Frame> next() {
        try {
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            int stream = in.readInt() & 0x7fffffff;
            byte[] payload = new byte[length];
            in.readFully(payload);
            int at = type == GOAWAY ? 4 : 0; // behind the last stream
            boolean tells = type == GOAWAY || type == RST_STREAM;
            int error = tells ? java.nio.ByteBuffer.wrap(payload).getInt(at) : 0;
            return Optional.of(new Frame(type, flags, stream, error));
        } catch (java.net.SocketTimeoutException e) {
            throw new IllegalStateException("the server neither says anything nor ends", e);
        } catch (EOFException e) {
            return Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // reset: it ended with octets of ours unread
        }
    }

    /** The next frame of a type. */
    Optional<Frame> next(int type) {
        Optional<Frame> frame = next();
        while (frame.isPresent() && frame.get().type() != type) {
            frame = next();
        }
        return frame;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
