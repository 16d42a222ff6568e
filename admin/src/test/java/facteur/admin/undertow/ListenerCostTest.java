package facteur.admin.undertow;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.admin.web.Request;
import facteur.admin.web.Response;
import facteur.config.access.Admission;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** What strangers, and slow readers, cost the process that the admin runs in. */
class ListenerCostTest {
    private static final Duration SHORT = Duration.ofMillis(300);

    private final List<Socket> sockets = new ArrayList<>();
    private final CountDownLatch held = new CountDownLatch(1);
    private final AtomicLong written = new AtomicLong();
    private HttpListener listener;

    private static AdminLimits limits(int connections, int perClient, long bodies, Duration time) {
        return new AdminLimits(
                new Admission.Limits(connections, perClient),
                8,
                4,
                bodies,
                8 << 10,
                time,
                time,
                time,
                time,
                time);
    }

    /** Who sends {@code X-Known} is known. */
    private final class Echo implements HttpListener.Service {
        @Override
        public Response answer(Request request) throws IOException {
            if (request.path().equals("/held")) {
                try {
                    held.await();
                } catch (InterruptedException e) {
                    throw new IOException("stopped", e);
                }
            }
            if (request.path().equals("/endless")) {
                byte[] piece = new byte[1 << 20];
                return Response.stream(
                        "text/plain",
                        out -> {
                            while (written.get() < 1L << 30) {
                                out.write(piece);
                                written.addAndGet(piece.length);
                            }
                        });
            }
            int octets = request.method().equals("POST") ? request.body().read(4 << 20).length : 0;
            return Response.text(200, "text/plain", octets + " octets\n");
        }

        @Override
        public boolean knows(Request request) {
            return request.header("x-known").isPresent();
        }

        @Override
        public Response refusal(Request request, int status, String detail) {
            return Response.text(status, "text/plain", detail + "\n");
        }

        @Override
        public boolean isProxy(InetAddress peer) {
            return false;
        }
    }

    @BeforeEach
    void start() throws IOException {
        start(limits(64, 64, 1 << 20, Duration.ofSeconds(20)));
    }

    private void start(AdminLimits adminLimits) throws IOException {
        if (listener != null) {
            listener.close();
        }
        listener =
                HttpListener.start(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        adminLimits,
                        new Echo());
    }

    @AfterEach
    void close() throws IOException {
        held.countDown();
        for (Socket socket : sockets) {
            socket.close();
        }
        listener.close();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), listener.address().getPort());
        socket.setSoTimeout(20_000);
        sockets.add(socket);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    private static String head(String method, String path, String more) {
        return method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n" + more + "\r\n";
    }

    /** The status line of the answer; empty when the connection ends without one. */
    private static String status(Socket socket) throws IOException {
        StringBuilder line = new StringBuilder();
        InputStream in = socket.getInputStream();
        int octet = in.read();
        while (octet >= 0 && octet != '\r') {
            line.append((char) octet);
            octet = in.read();
        }
        return line.toString();
    }

    private static boolean isClosed(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (java.net.SocketException _) {
            return true; // a reset
        }
    }

    @Test
    void a_stranger_has_8_kib_and_no_more() throws IOException {
        Socket small = connect();
        send(small, head("POST", "/login", "Content-Length: 8192\r\n") + "x".repeat(8192));
        assertEquals("HTTP/1.1 200 OK", status(small));
        Socket large = connect();
        send(large, head("POST", "/login", "Content-Length: 4194304\r\n"));
        assertEquals("HTTP/1.1 413 Request Entity Too Large", status(large));
        Socket chunked = connect();
        send(
                chunked,
                head("POST", "/login", "Transfer-Encoding: chunked\r\n")
                        + "2001\r\n"
                        + "x".repeat(8193)
                        + "\r\n");
        assertEquals("HTTP/1.1 413 Request Entity Too Large", status(chunked));
        assertEquals(0, listener.bodyOctets());
    }

    @Test
    void a_body_that_waits_to_be_asked_for_is_asked_for() throws IOException {
        Socket polite = connect();
        send(polite, head("POST", "/login", "Expect: 100-continue\r\nContent-Length: 3\r\n"));
        assertEquals("HTTP/1.1 100 Continue", status(polite));
        while (!status(polite).strip().isEmpty()) {
            // fields of the interim answer, up to its empty line
        }
        assertEquals('\n', polite.getInputStream().read());
        send(polite, "abc");
        assertEquals("HTTP/1.1 200 OK", status(polite));
    }

    @Test
    void all_bodies_together_have_a_budget() throws IOException {
        List<Socket> uploads = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Socket upload = connect();
            send(upload, head("POST", "/", "X-Known: 1\r\nContent-Length: 400000\r\n"));
            send(upload, "x".repeat(399_999)); // an octet too few
            uploads.add(upload);
        }
        await().until(() -> listener.bodyOctets() > 700_000);
        System.out.println("6 bodies of 400 kB: " + listener.bodyOctets() + " octets are held");
        assertTrue(listener.bodyOctets() <= 1 << 20);
        int taken = 0;
        int refused = 0;
        for (Socket upload : uploads) {
            try {
                send(upload, "x");
                String status = status(upload);
                taken += status.startsWith("HTTP/1.1 200") ? 1 : 0;
                refused += status.startsWith("HTTP/1.1 503") ? 1 : 0;
            } catch (IOException e) {
                refused++; // the connection was closed behind the 503
            }
        }
        assertTrue(taken >= 1 && refused >= 1, taken + " taken, " + refused + " refused");
        await().until(() -> listener.bodyOctets() == 0);
        Socket after = connect();
        send(after, head("POST", "/", "X-Known: 1\r\nContent-Length: 1\r\n") + "x");
        assertEquals("HTTP/1.1 200 OK", status(after));
    }

    @Test
    void silent_connections_give_way_and_who_is_known_stays() throws IOException {
        Socket known = connect();
        send(known, head("GET", "/", "X-Known: 1\r\n"));
        assertEquals("HTTP/1.1 200 OK", status(known));
        for (int i = 0; i < 180; i++) {
            Socket silent = connect();
            send(silent, "POST /login HTTP/1.1\r\nContent-Len");
        }
        Socket honest = connect();
        send(honest, head("GET", "/", ""));
        assertEquals("HTTP/1.1 200 OK", status(honest));
        System.out.println("182 connections: " + listener.connections() + " are open");
        assertTrue(listener.connections() <= 64, listener.connections() + " connections");
        send(known, head("GET", "/", "X-Known: 1\r\n"));
        InputStream in = known.getInputStream();
        long skipped = in.skip(1); // the rest of the first answer
        assertTrue(skipped >= 0);
        await().until(() -> in.available() > 0);
    }

    @Test
    void requests_of_strangers_at_work_leave_room_for_who_is_known() throws IOException {
        for (int i = 0; i < 4; i++) {
            send(connect(), head("GET", "/held", ""));
        }
        await().until(() -> listener.requests() == 4);
        Socket fifth = connect();
        send(fifth, head("GET", "/", ""));
        assertEquals("HTTP/1.1 503 Service Unavailable", status(fifth));
        Socket known = connect();
        send(known, head("GET", "/", "X-Known: 1\r\n"));
        assertEquals("HTTP/1.1 200 OK", status(known));
    }

    @Test
    void a_header_that_comes_octet_by_octet_ends_in_time() throws IOException {
        start(limits(64, 64, 1 << 20, SHORT));
        Socket slow = connect();
        slow.setTcpNoDelay(true);
        assertTrue(trickles(slow, head("GET", "/", "X: " + "y".repeat(10_000) + "\r\n")));
        await().until(() -> listener.connections() == 0);
    }

    @Test
    void a_body_that_comes_octet_by_octet_ends_in_time() throws IOException {
        start(limits(64, 64, 1 << 20, SHORT));
        for (String who : List.of("", "X-Known: 1\r\n")) {
            Socket slow = connect();
            slow.setTcpNoDelay(true);
            send(slow, head("POST", "/login", who + "Content-Length: 8000\r\n"));
            assertTrue(trickles(slow, "x".repeat(7999)), who);
            await().until(() -> listener.requests() == 0);
            await().until(() -> listener.connections() == 0);
            assertEquals(0, listener.bodyOctets());
        }
    }

    /** Sends octet by octet, slowly, until the other side has had enough of it. */
    private static boolean trickles(Socket socket, String text) throws IOException {
        socket.setSoTimeout(10); // between two octets
        for (int i = 0; i < text.length(); i++) {
            try {
                socket.getOutputStream().write(text.charAt(i));
                if (socket.getInputStream().read() < 0) {
                    return true;
                }
            } catch (java.net.SocketTimeoutException _) {
                // Nothing was said: the next octet.
            } catch (java.net.SocketException _) {
                return true;
            }
        }
        return false;
    }

    @Test
    void silence_ends_in_time() throws IOException {
        start(limits(64, 64, 1 << 20, SHORT));
        Socket silent = connect();
        assertTrue(isClosed(silent));
        Socket idle = connect();
        send(idle, head("GET", "/", "X-Known: 1\r\n"));
        assertEquals("HTTP/1.1 200 OK", status(idle));
        InputStream in = idle.getInputStream();
        while (in.read() >= 0) {
            // the rest of the answer, then the end
        }
        await().until(() -> listener.connections() == 0);
    }

    @Test
    void one_that_never_reads_its_answer_is_let_go() throws IOException {
        start(limits(64, 64, 1 << 20, SHORT));
        for (String who : List.of("", "X-Known: 1\r\n")) {
            written.set(0);
            Socket deaf = connect();
            send(deaf, head("GET", "/endless", who));
            await().until(() -> listener.requests() == 1 || written.get() > 0);
            await().until(() -> listener.requests() == 0 && listener.connections() == 0);
            System.out.println("never reading: " + written.get() + " octets written");
            assertTrue(written.get() < 64 << 20, written.get() + " octets");
        }
    }
}
