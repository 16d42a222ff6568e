package facteur.testkit.dns;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;
import org.xbill.DNS.WireParseException;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Serves a {@link Zone} over UDP and TCP, on the same port of one loopback address, and counts what
 * is asked.
 */
public final class LoopbackDns implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LoopbackDns.class);
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    /** Names counted one by one; what is asked beyond them counts in {@link #queries()} only. */
    private static final int MAX_COUNTED = 100_000;

    private static final int TCP_IDLE_MILLIS = 30_000;
    private static final int MAX_TCP_CONNECTIONS = 1_000;

    private final Zone zone;
    private final DatagramSocket udp;
    private final ServerSocket tcp;
    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();
    private final LongAdder total = new LongAdder();
    private final LongAdder overTcp = new LongAdder();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private LoopbackDns(Zone zone, DatagramSocket udp, ServerSocket tcp) {
        this.zone = zone;
        this.udp = udp;
        this.tcp = tcp;
    }

    /**
     * Serves the zone on a free port of 127.0.0.1.
     *
     * @throws IOException when no port is free both for UDP and TCP
     */
    public static LoopbackDns start(Zone zone) throws IOException {
        return start(zone, new InetSocketAddress(LOOPBACK, 0));
    }

    /** As {@link #start(Zone)}, at a given address; port 0 takes a free one. */
    public static LoopbackDns start(Zone zone, InetSocketAddress at) throws IOException {
        for (int attempt = 1; ; attempt++) {
            DatagramSocket udp = new DatagramSocket(at);
            try {
                ServerSocket tcp = new ServerSocket(udp.getLocalPort(), 128, udp.getLocalAddress());
                LoopbackDns dns = new LoopbackDns(zone, udp, tcp);
                Thread.ofVirtual().name("lab-dns-udp").start(dns::serveUdp);
                Thread.ofVirtual().name("lab-dns-tcp").start(dns::serveTcp);
                return dns;
            } catch (BindException taken) {
                // The port is free for UDP only; with port 0 another one will do.
                udp.close();
                if (at.getPort() != 0 || attempt == 20) {
                    throw taken;
                }
            }
        }
    }

    public InetSocketAddress address() {
        return new InetSocketAddress(udp.getLocalAddress(), udp.getLocalPort());
    }

    public Zone zone() {
        return zone;
    }

    /** How many queries came for this name and type, by UDP and TCP together. */
    public long queries(String name, int type) {
        LongAdder count = counts.get(key(Zone.absolute(name).toString(), type));
        return count == null ? 0 : count.sum();
    }

    /** How many queries came. */
    public long queries() {
        return total.sum();
    }

    /** How many of them came over TCP. */
    public long queriesOverTcp() {
        return overTcp.sum();
    }

    /** All counts by "name type", sorted. */
    public Map<String, Long> counts() {
        Map<String, Long> copy = new TreeMap<>();
        counts.forEach((key, count) -> copy.put(key, count.sum()));
        return copy;
    }

    @Override
    public void close() {
        udp.close();
        closeQuietly(tcp);
        open.forEach(LoopbackDns::closeQuietly);
    }

    private void serveUdp() {
        byte[] buffer = new byte[4096];
        while (!udp.isClosed()) {
            DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
            try {
                udp.receive(packet);
                Message query = new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
                SocketAddress asker = packet.getSocketAddress();
                Thread.ofVirtual().start(() -> answerUdp(query, asker));
            } catch (WireParseException garbage) {
                LOG.debug("lab dns: not a DNS message from {}", packet.getSocketAddress(), garbage);
            } catch (IOException failed) {
                if (!udp.isClosed()) {
                    LOG.warn("lab dns: receive on {}", address(), failed);
                }
            }
        }
    }

    private void answerUdp(Message query, SocketAddress asker) {
        count(query, false);
        switch (ZoneAnswers.to(query, true, zone)) {
            case ZoneAnswers.Reaction.Silence _ -> {}
            case ZoneAnswers.Reaction.Reply reply -> {
                try {
                    pause(reply.delay());
                    byte[] wire = reply.message().toWire(payloadLimit(query));
                    udp.send(new DatagramPacket(wire, wire.length, asker));
                } catch (IOException failed) {
                    if (!udp.isClosed()) {
                        LOG.warn("lab dns: answer {} to {}", query.getQuestion(), asker, failed);
                    }
                }
            }
        }
    }

    /** RFC 1035 4.2.1 without EDNS, RFC 6891 6.2.3 with it. */
    private static int payloadLimit(Message query) {
        OPTRecord opt = query.getOPT();
        return opt == null ? 512 : Math.clamp(opt.getPayloadSize(), 512, 4096);
    }

    private void serveTcp() {
        while (!tcp.isClosed()) {
            try {
                Socket socket = tcp.accept();
                if (open.size() >= MAX_TCP_CONNECTIONS) {
                    closeQuietly(socket);
                    continue;
                }
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException failed) {
                if (!tcp.isClosed()) {
                    LOG.warn("lab dns: accept on {}", address(), failed);
                }
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setSoTimeout(TCP_IDLE_MILLIS);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            while (true) {
                byte[] wire = new byte[in.readUnsignedShort()];
                in.readFully(wire);
                answerTcp(new Message(wire), out);
            }
        } catch (EOFException done) {
            LOG.trace("lab dns: {} is done", socket, done);
        } catch (IOException failed) {
            LOG.debug("lab dns: connection from {} ended", socket, failed);
        } finally {
            open.remove(socket);
        }
    }

    private void answerTcp(Message query, DataOutputStream out) throws IOException {
        count(query, true);
        switch (ZoneAnswers.to(query, false, zone)) {
            case ZoneAnswers.Reaction.Silence _ -> {}
            case ZoneAnswers.Reaction.Reply reply -> {
                pause(reply.delay());
                byte[] wire = reply.message().toWire(Message.MAXLENGTH);
                out.writeShort(wire.length);
                out.write(wire);
                out.flush();
            }
        }
    }

    private void count(Message query, boolean byTcp) {
        total.increment();
        if (byTcp) {
            overTcp.increment();
        }
        Record question = query.getQuestion();
        if (question != null) {
            String key = key(question.getName().toString(), question.getType());
            LongAdder known = counts.get(key);
            if (known != null) {
                known.increment();
            } else if (counts.size() < MAX_COUNTED) {
                counts.computeIfAbsent(key, _ -> new LongAdder()).increment();
            }
        }
    }

    private static String key(String absoluteName, int type) {
        return absoluteName.toLowerCase(Locale.ROOT) + " " + Type.string(type);
    }

    private static void pause(Duration delay) throws InterruptedIOException {
        try {
            Thread.sleep(delay);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while delaying a DNS answer by " + delay);
        }
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception failed) {
            LOG.debug(
                    "lab dns: close {}",
                    closeable,
                    failed); // nothing is lost: it is being thrown away
        }
    }
}
