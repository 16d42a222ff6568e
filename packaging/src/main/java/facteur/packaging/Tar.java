package facteur.packaging;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Writes POSIX ustar archives (IEEE Std 1003.1, pax): in the order of the names, of root, with one
 * time, so that the same tree gives the same octets.
 */
final class Tar implements AutoCloseable {
    private static final int BLOCK = 512;
    private static final int NAME = 100;
    private static final int PREFIX = 155;

    private final OutputStream out;
    private final Instant time;

    Tar(OutputStream out, Instant time) {
        this.out = out;
        this.time = time;
    }

    /**
     * Everything below a directory.
     *
     * @param prefix put before each name, such as {@code ./}
     */
    void tree(Path root, String prefix) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(root)) {
            paths = walk.filter(path -> !path.equals(root)).sorted().toList();
        }
        for (Path path : paths) {
            String name = prefix + root.relativize(path);
            if (Files.isSymbolicLink(path)) {
                header(name, 0777, 0, '2', Files.readSymbolicLink(path).toString());
            } else if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                directory(name + "/");
            } else {
                file(name, Files.isExecutable(path) ? 0755 : 0644, path);
            }
        }
    }

    void directory(String name) throws IOException {
        header(name, 0755, 0, '5', "");
    }

    private void file(String name, int mode, Path from) throws IOException {
        header(name, mode, Files.size(from), '0', "");
        long written = Files.copy(from, out);
        pad(written);
    }

    void file(String name, int mode, byte[] octets) throws IOException {
        header(name, mode, octets.length, '0', "");
        out.write(octets);
        pad(octets.length);
    }

    private void pad(long written) throws IOException {
        out.write(new byte[(int) ((BLOCK - written % BLOCK) % BLOCK)]);
    }

    private void header(String path, int mode, long size, char type, String link)
            throws IOException {
        String name = path;
        String prefix = "";
        if (octets(name).length > NAME) {
            int cut = 0;
            for (int i = name.indexOf('/'); i > 0; i = name.indexOf('/', i + 1)) {
                if (octets(name.substring(i + 1)).length <= NAME) {
                    cut = i;
                    break;
                }
            }
            prefix = cut > 0 ? name.substring(0, cut) : name;
            name = cut > 0 ? name.substring(cut + 1) : name;
        }
        if (octets(name).length > NAME
                || octets(prefix).length > PREFIX
                || octets(link).length > NAME) {
            throw new IOException("a name is too long for a ustar archive: " + path);
        }
        byte[] header = new byte[BLOCK];
        put(header, 0, name);
        put(header, 100, String.format("%07o", mode));
        put(header, 108, "0000000");
        put(header, 116, "0000000");
        put(header, 124, String.format("%011o", size));
        put(header, 136, String.format("%011o", time.getEpochSecond()));
        Arrays.fill(header, 148, 156, (byte) ' ');
        header[156] = (byte) type;
        put(header, 157, link);
        put(header, 257, "ustar");
        put(header, 263, "00");
        put(header, 265, "root");
        put(header, 297, "root");
        put(header, 345, prefix);
        int sum = 0;
        for (byte octet : header) {
            sum += octet & 0xff;
        }
        put(header, 148, String.format("%06o", sum));
        header[154] = 0;
        out.write(header);
    }

    private static void put(byte[] header, int at, String text) {
        byte[] octets = octets(text);
        System.arraycopy(octets, 0, header, at, octets.length);
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Ends the archive; what it was written to is the caller's. */
    @Override
    public void close() throws IOException {
        out.write(new byte[2 * BLOCK]);
        out.flush();
    }
}
