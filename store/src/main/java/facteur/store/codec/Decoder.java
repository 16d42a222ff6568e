package facteur.store.codec;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads what {@link Encoder} wrote. Octets that cannot have been written by it raise {@link
 * CorruptRecord}.
 */
public final class Decoder {
    private final ByteBuffer from;

    public Decoder(ByteBuffer from) {
        this.from = from;
    }

    public Decoder(byte[] from) {
        this(ByteBuffer.wrap(from));
    }

    public int octet() {
        try {
            return from.get() & 0xff;
        } catch (BufferUnderflowException e) {
            throw new CorruptRecord("the octets end too early", e);
        }
    }

    public boolean flag() {
        return octet() != 0;
    }

    public long number() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int octet = octet();
            value |= (long) (octet & 0x7f) << shift;
            if ((octet & 0x80) == 0) {
                return value;
            }
        }
        throw new CorruptRecord("a number has more than ten octets");
    }

    public int small() {
        return (int) number();
    }

    public long fixed() {
        try {
            return from.getLong();
        } catch (BufferUnderflowException e) {
            throw new CorruptRecord("the octets end too early", e);
        }
    }

    public Instant instant() {
        return Instant.ofEpochMilli(fixed());
    }

    public String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    public byte[] bytes() {
        byte[] octets = new byte[size()];
        from.get(octets);
        return octets;
    }

    public <T> Optional<T> optional(Function<Decoder, T> read) {
        return flag() ? Optional.of(read.apply(this)) : Optional.empty();
    }

    public <T> List<T> list(Function<Decoder, T> read) {
        int count = size();
        List<T> values = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            values.add(read.apply(this));
        }
        return values;
    }

    public List<String> texts() {
        return list(Decoder::text);
    }

    public Map<String, String> map() {
        Map<String, String> values = new LinkedHashMap<>();
        int count = size();
        for (int i = 0; i < count; i++) {
            values.put(text(), text());
        }
        return values;
    }

    public <E extends Enum<E>> E choice(E[] values) {
        int ordinal = octet();
        if (ordinal >= values.length) {
            throw new CorruptRecord("choice " + ordinal + " of " + values.length);
        }
        return values[ordinal];
    }

    private int size() {
        long size = number();
        if (size < 0 || size > from.remaining()) {
            throw new CorruptRecord(
                    "a length of " + size + " with " + from.remaining() + " octets left");
        }
        return (int) size;
    }
}
