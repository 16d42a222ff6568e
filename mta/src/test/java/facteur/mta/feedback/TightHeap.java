package facteur.mta.feedback;

import facteur.mta.disposition.BounceClassifier;
import facteur.mta.disposition.BounceRulesReader;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A process of its own that reads hostile mail with so much memory left and no more: the rest of
 * its heap is filled beforehand. The nursery, in which what is thrown away at once comes and goes,
 * is small and not counted.
 */
final class TightHeap {
    private static final String NURSERY = "-Xmn2m";

    private TightHeap() {}

    /** What could not be read with {@code left} octets; empty when all was. */
    static String run(int left) throws Exception {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-Xmx96m",
                                NURSERY,
                                "-cp",
                                System.getProperty("java.class.path"),
                                TightHeap.class.getName(),
                                Integer.toString(left))
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() == 0 ? "" : said;
    }

    public static void main(String[] arguments) {
        ReturnedMailReader reader =
                new ReturnedMailReader(new BounceClassifier(BounceRulesReader.shipped()));
        // Classes, patterns and caches are there before it counts.
        for (String thing : HostileMailTest.things()) {
            HostileMailTest.megabytesOf(thing).forEach(reader::read);
        }
        List<byte[]> filling = new ArrayList<>();
        for (String thing : HostileMailTest.things()) {
            for (byte[] mail : HostileMailTest.megabytesOf(thing)) {
                fill(filling, Integer.parseInt(arguments[0]));
                try {
                    reader.read(mail);
                } catch (OutOfMemoryError e) {
                    filling.clear();
                    System.out.println(new String(mail, 0, 300, StandardCharsets.UTF_8) + "\n" + e);
                    System.exit(1);
                }
            }
        }
        if (filling.isEmpty()) {
            System.out.println("nothing was filled: this showed nothing");
            System.exit(2);
        }
    }

    /** Fills the old generation until so much is left. */
    private static void fill(List<byte[]> filling, int left) {
        System.gc();
        MemoryPoolMXBean old =
                ManagementFactory.getMemoryPoolMXBeans().stream()
                        .filter(pool -> pool.getName().equals("Tenured Gen"))
                        .findFirst()
                        .orElseThrow();
        long free = old.getUsage().getMax() - old.getUsage().getUsed() - left;
        if (free > 0) {
            filling.add(new byte[(int) free]);
        }
    }
}
