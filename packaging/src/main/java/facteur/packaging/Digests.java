package facteur.packaging;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;

/** Checksums and compressed files, as packages want them. */
final class Digests {
    private Digests() {}

    static String sha256(Path file) throws IOException {
        return of("SHA-256", file);
    }

    /** What dpkg compares an installed file with. */
    static String md5(Path file) throws IOException {
        return of("MD5", file);
    }

    private static String of(String algorithm, Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file);
                DigestInputStream digest =
                        new DigestInputStream(in, MessageDigest.getInstance(algorithm))) {
            long _ = digest.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digest.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has " + algorithm, e);
        }
    }

    /** Java writes no time into the header, so that the same file gives the same octets. */
    static void gzip(Path from, Path to) throws IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(to))) {
            long _ = Files.copy(from, out);
        }
    }
}
