package facteur.store.lmdb;

import java.nio.ByteBuffer;

/**
 * Memory outside the heap in which a key and a value go to LMDB. It is used again and again: memory
 * of its own for each key and value, freed by the garbage collector, cost more than the look-up.
 */
final class NativeBuffer {
    private static final int KEY_OCTETS = 512; // LMDB takes 511
    private static final int VALUE_OCTETS = 4096;

    private ByteBuffer key = ByteBuffer.allocateDirect(KEY_OCTETS);
    private ByteBuffer value = ByteBuffer.allocateDirect(VALUE_OCTETS);

    /** The key, until the next one. */
    ByteBuffer key(byte[] octets) {
        key = roomFor(octets, key);
        return key.clear().put(octets).flip();
    }

    /** The value, until the next one. */
    ByteBuffer value(byte[] octets) {
        value = roomFor(octets, value);
        return value.clear().put(octets).flip();
    }

    private static ByteBuffer roomFor(byte[] octets, ByteBuffer buffer) {
        return octets.length <= buffer.capacity()
                ? buffer
                : ByteBuffer.allocateDirect(Math.max(octets.length, 2 * buffer.capacity()));
    }

    /** A copy of what LMDB shows, which is there only until the transaction goes on. */
    static byte[] octets(ByteBuffer shown) {
        byte[] octets = new byte[shown.remaining()];
        shown.get(shown.position(), octets);
        return octets;
    }
}
