package facteur.server.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/**
 * One request to a server of ours over a connection of its own. As HTTP/1.0: the answer then ends
 * with the connection, and there is nothing to take apart. The client of the JDK sets up TLS,
 * selectors and pools first, which is half of what a command costs.
 */
final class PlainHttp {
    private static final int CONNECT_MILLIS = 5_000;
    private static final String LENGTH = "\r\ncontent-length:";

    private PlainHttp() {}

    /**
     * @param target path and query, as they are sent
     * @param host as the server is called
     */
    record Request(
            String method, String target, String host, Map<String, String> header, String body) {
        Request {
            header = Map.copyOf(header);
        }

        private byte[] octets() {
            byte[] content = body.getBytes(StandardCharsets.UTF_8);
            StringBuilder head = new StringBuilder();
            head.append(method).append(' ').append(target).append(" HTTP/1.0\r\n");
            head.append("Host: ").append(host).append("\r\n");
            header.forEach(
                    (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
            if (!method.equals("GET")) {
                head.append("Content-Length: ").append(content.length).append("\r\n");
            }
            byte[] first = head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
            byte[] all = new byte[first.length + content.length];
            System.arraycopy(first, 0, all, 0, first.length);
            System.arraycopy(content, 0, all, first.length, content.length);
            return all;
        }
    }

    record Answer(int status, String body) {}

    /**
     * @param patience until the next octet of the answer
     */
    static Answer ask(InetSocketAddress server, Request request, Duration patience)
            throws IOException {
        try (Socket socket = new Socket()) {
            int millis = Math.toIntExact(patience.toMillis());
            socket.connect(server, Math.min(CONNECT_MILLIS, millis));
            socket.setSoTimeout(millis);
            OutputStream out = socket.getOutputStream();
            out.write(request.octets());
            out.flush();
            return answer(socket.getInputStream().readAllBytes());
        }
    }

    /**
     * @throws IOException when it was cut off, or is no answer
     */
    static Answer answer(byte[] octets) throws IOException {
        String all = new String(octets, StandardCharsets.ISO_8859_1);
        int end = all.indexOf("\r\n\r\n");
        if (end < 0 || !all.matches("(?s)HTTP/1\\.[01] [1-5][0-9][0-9][ \\r].*")) {
            throw new IOException("the server closed the connection before it answered");
        }
        int body = end + 4;
        String head = all.substring(0, end);
        int length = head.toLowerCase(java.util.Locale.ROOT).indexOf(LENGTH);
        if (length >= 0) {
            String said = head.substring(length + LENGTH.length()).lines().findFirst().orElse("");
            if (Long.parseLong(said.strip()) > octets.length - body) {
                throw new IOException("the answer of the server was cut off");
            }
        }
        return new Answer(
                Integer.parseInt(head.substring(9, 12)),
                new String(octets, body, octets.length - body, StandardCharsets.UTF_8));
    }
}
