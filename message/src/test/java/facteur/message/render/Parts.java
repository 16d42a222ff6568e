package facteur.message.render;

import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;
import org.apache.james.mime4j.stream.RecursionMode;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;

/** The leaves of a message as another parser (mime4j) sees and decodes them. */
public final class Parts {
    private Parts() {}

    /** One leaf; octets as text of Latin-1. */
    record Part(String type, String charset, String disposition, String encoding, String octets) {
        boolean isHtml() {
            return type.equals("text/html") && !disposition.startsWith("attachment");
        }
    }

    public static List<Part> of(byte[] message) {
        try {
            return read(message);
        } catch (Exception e) {
            throw new AssertionError("mime4j: " + e, e);
        }
    }

    private static List<Part> read(byte[] message) throws Exception {
        MimeConfig config = MimeConfig.custom().setMaxLineLen(-1).setMaxHeaderLen(-1).build();
        MimeTokenStream stream = new MimeTokenStream(config);
        stream.setRecursionMode(RecursionMode.M_NO_RECURSE);
        stream.parse(new ByteArrayInputStream(message));
        List<Part> parts = new ArrayList<>();
        String disposition = "";
        for (EntityState state = stream.getState();
                state != EntityState.T_END_OF_STREAM;
                state = stream.next()) {
            switch (state) {
                case T_START_HEADER -> disposition = "";
                case T_FIELD -> {
                    if (stream.getField().getName().equalsIgnoreCase("content-disposition")) {
                        disposition = stream.getField().getBody().strip();
                    }
                }
                case T_BODY -> {
                    var body = stream.getBodyDescriptor();
                    String octets = Fixture.latin(stream.getDecodedInputStream().readAllBytes());
                    parts.add(
                            new Part(
                                    body.getMimeType(),
                                    String.valueOf(body.getCharset()),
                                    disposition,
                                    body.getTransferEncoding(),
                                    octets));
                }
                default -> {}
            }
        }
        return parts;
    }
}
