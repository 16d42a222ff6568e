package facteur.config.unit;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A number of octets, written with its unit: {@code 25MiB}, {@code 10MB}, {@code 512B}.
 *
 * @param bytes at least 0
 */
public record ByteSize(long bytes) implements Comparable<ByteSize> {
    private record Unit(String name, long bytes) {}

    // Longest name first, so that "MiB" is not read as "B"; binary before decimal, as shown.
    private static final List<Unit> UNITS =
            List.of(
                    new Unit("TiB", 1L << 40),
                    new Unit("GiB", 1L << 30),
                    new Unit("MiB", 1L << 20),
                    new Unit("KiB", 1L << 10),
                    new Unit("TB", 1_000_000_000_000L),
                    new Unit("GB", 1_000_000_000L),
                    new Unit("MB", 1_000_000L),
                    new Unit("kB", 1_000L),
                    new Unit("B", 1L));

    public ByteSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("size of " + bytes + " bytes");
        }
    }

    public static ByteSize ofMebibytes(long mebibytes) {
        return new ByteSize(Math.multiplyExact(mebibytes, 1L << 20));
    }

    /** Reads a whole number with a unit; empty when either is missing. */
    public static Optional<ByteSize> parse(String text) {
        for (Unit unit : UNITS) {
            if (endsWith(text, unit.name)) {
                String digits = text.substring(0, text.length() - unit.name.length()).strip();
                return WholeNumber.parse(digits)
                        .filter(number -> number <= Long.MAX_VALUE / unit.bytes)
                        .map(number -> new ByteSize(number * unit.bytes));
            }
        }
        return Optional.empty();
    }

    private static boolean endsWith(String text, String unit) {
        return text.toLowerCase(Locale.ROOT).endsWith(unit.toLowerCase(Locale.ROOT));
    }

    @Override
    public int compareTo(ByteSize other) {
        return Long.compare(bytes, other.bytes);
    }

    @Override
    public String toString() {
        for (Unit unit : UNITS.subList(0, 4)) {
            if (bytes >= unit.bytes && bytes % unit.bytes == 0) {
                return bytes / unit.bytes + unit.name;
            }
        }
        return bytes + "B";
    }
}
