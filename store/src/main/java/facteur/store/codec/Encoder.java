package facteur.store.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/**
 * Writes values one after the other: whole numbers as variable-length groups of seven bits, texts
 * with their length.
 */
public final class Encoder {
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private byte[] octets = new byte[128];
    private int length;

    public byte[] toBytes() {
        return Arrays.copyOf(octets, length);
    }

    public Encoder octet(int value) {
        room(1);
        octets[length++] = (byte) value;
        return this;
    }

    public Encoder flag(boolean value) {
        return octet(value ? 1 : 0);
    }

    /** A number that is usually small and never negative. */
    public Encoder number(long value) {
        long rest = value;
        room(10);
        while ((rest & ~0x7fL) != 0) {
            octets[length++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        octets[length++] = (byte) rest;
        return this;
    }

    /** Eight octets, the highest first. */
    public Encoder fixed(long value) {
        room(8);
        LONG.set(octets, length, value);
        length += 8;
        return this;
    }

    /** To the millisecond. */
    public Encoder instant(Instant value) {
        return fixed(value.toEpochMilli());
    }

    public Encoder text(String value) {
        return value.isEmpty() ? octet(0) : bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    public Encoder bytes(byte[] value) {
        number(value.length);
        room(value.length);
        System.arraycopy(value, 0, octets, length, value.length);
        length += value.length;
        return this;
    }

    /**
     * One of at most 256 alternatives, by its place: new ones are added at the end of their type.
     */
    @SuppressWarnings(
            "EnumOrdinal") // The place is the stored format; golden files in the tests hold it
    // still.
    public Encoder choice(Enum<?> value) {
        return octet(value.ordinal());
    }

    public <T> Encoder optional(Optional<T> value, BiConsumer<Encoder, T> write) {
        flag(value.isPresent());
        value.ifPresent(present -> write.accept(this, present));
        return this;
    }

    public <T> Encoder list(Collection<T> values, BiConsumer<Encoder, T> write) {
        number(values.size());
        values.forEach(value -> write.accept(this, value));
        return this;
    }

    /** A set, as a list in the order of its values: equal sets are equal octets. */
    public <T extends Comparable<T>> Encoder set(Set<T> values, BiConsumer<Encoder, T> write) {
        return list(values.size() < 2 ? values : new TreeSet<>(values), write); // most have one
    }

    public Encoder texts(Collection<String> values) {
        return list(values, Encoder::text);
    }

    public Encoder map(Map<String, String> values) {
        return list(
                values.entrySet(), (to, entry) -> to.text(entry.getKey()).text(entry.getValue()));
    }

    private void room(int more) {
        if (length + more > octets.length) {
            octets = Arrays.copyOf(octets, Math.max(octets.length * 2, length + more));
        }
    }
}
