package facteur.mta.reception;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** The kept inputs of {@link DoorFuzz}, mutated at random and much faster than it mutates them. */
class DoorMutationTest {
    private static final Path KEPT =
            Path.of(
                    "src/test/resources/facteur/mta/reception/DoorFuzzInputs",
                    "any_octets_are_framed_alike_however_they_are_cut");
    private static final int LONGEST = 600;
    private static final List<byte[]> SHRAPNEL =
            Stream.of(
                            "\r\n",
                            "\n",
                            "\r",
                            "\r\n.\r\n",
                            "\n.\r\n",
                            "\r\n.\n",
                            "\r.\r",
                            "..",
                            "\0",
                            "DATA\r\n",
                            "<",
                            ">",
                            "\"",
                            "\\",
                            "@",
                            " SIZE=",
                            " NOTIFY=",
                            " ORCPT=rfc822;",
                            "+2B",
                            "[IPv6:",
                            "xn--",
                            "\u00e9")
                    .map(text -> text.getBytes(StandardCharsets.UTF_8))
                    .toList();

    @Test
    void mutated_sessions_are_framed_alike_however_they_are_cut() {
        mutate(50_000);
    }

    @Test
    @Tag("long")
    void ten_million_mutated_sessions_are_framed_alike_however_they_are_cut() {
        mutate(10_000_000);
    }

    private static void mutate(int count) {
        List<byte[]> kept = kept();
        assertTrue(kept.size() >= 7, "the kept inputs are there");
        long begin = System.nanoTime();
        for (int seed = 0; seed < count; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] input = kept.get(random.nextInt(kept.size()));
            for (int i = random.nextInt(6); i >= 0; i--) {
                input = mutated(input, random);
            }
            try {
                DoorFuzz.check(input);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
        System.out.printf(
                "%,d mutated sessions in %d s%n",
                count, (System.nanoTime() - begin) / 1_000_000_000);
    }

    private static List<byte[]> kept() {
        List<byte[]> inputs = new ArrayList<>();
        try (Stream<Path> files = Files.list(KEPT)) {
            for (Path file : files.sorted().toList()) {
                inputs.add(Files.readAllBytes(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("read " + KEPT, e);
        }
        return inputs;
    }

    private static byte[] mutated(byte[] input, SplittableRandom random) {
        int at = random.nextInt(input.length + 1);
        int to = Math.min(input.length, at + random.nextInt(20));
        return switch (random.nextInt(4)) {
            case 0 -> joined(input, at, new byte[0], to);
            case 1 -> joined(input, at, new byte[] {(byte) random.nextInt(256)}, at);
            case 2 -> joined(input, at, java.util.Arrays.copyOfRange(input, at, to), at);
            default -> joined(input, at, SHRAPNEL.get(random.nextInt(SHRAPNEL.size())), at);
        };
    }

    /** What stands before {@code at}, the piece, and what stands from {@code rest} on. */
    private static byte[] joined(byte[] input, int at, byte[] piece, int rest) {
        int length = Math.min(at + piece.length + input.length - rest, LONGEST);
        byte[] all = new byte[at + piece.length + input.length - rest];
        System.arraycopy(input, 0, all, 0, at);
        System.arraycopy(piece, 0, all, at, piece.length);
        System.arraycopy(input, rest, all, at + piece.length, input.length - rest);
        return java.util.Arrays.copyOf(all, length);
    }
}
