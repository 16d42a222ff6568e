package facteur.mail.token;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Deterministic authenticated encryption: AES-SIV with one associated datum (RFC 5297), from the
 * JDK's AES alone. CMAC (RFC 4493) is the last block of CBC over the message with its end masked.
 *
 * <p><b>Why no nonce is needed.</b> The 16 octets V in front of the ciphertext are a pseudo-random
 * function (S2V over CMAC) of the key, the datum and the whole plaintext, and they are both the tag
 * and the start of the counter. So the counter start repeats only when the whole input repeats, and
 * then the output repeats too, which tells a reader no more than that two tokens say the same; or
 * by an accidental collision of V, which for q tokens under one key has a chance below q²/2^127:
 * with 2^40 tokens, less than 2^-47. No clock, counter or random source has to be trusted, nothing
 * must survive a crash or be agreed between nodes, and rendering a copy again after a failed
 * delivery gives the same octets. A forgery has to guess V: 2^-128 a try. This is the setting which
 * Rogaway and Shrimpton proved for SIV ("Deterministic Authenticated Encryption", Eurocrypt 2006).
 *
 * <p><b>The short tag.</b> A local part has room for 64 characters, and servers that forward take
 * half of them. Eight octets of V are a pseudo-random function still: a forgery has to guess 2^-64,
 * one SMTP command a try. Two of q tokens get the same counter start with a chance below q²/2^65
 * (2^32 tokens: one pair is to be expected), and who holds both learns how two message ids differ.
 *
 * <p>A JCA cipher holds state, so each call borrows an engine and hands it back; more engines than
 * the pool holds are made when needed and dropped.
 */
final class AesSiv {
    static final int TAG_OCTETS = 16;
    static final int SHORT_TAG_OCTETS = 8;

    private static final int BLOCK = 16;
    private static final VarHandle WORD =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final int ENGINES = 16;
    private static final int OCTETS = 256;

    private final byte[] key;
    private final byte[] maskFull;
    private final byte[] maskPadded;
    private final byte[] beforeDatum;
    // For each datum of one octet, since tokens in URLs have no other.
    private final byte[][] afterOctet = new byte[OCTETS][];
    // An engine is used for a moment: the last one is most often back before the next is wanted.
    private final AtomicReference<@Nullable Engine> last = new AtomicReference<>();
    private final ArrayBlockingQueue<Engine> idle = new ArrayBlockingQueue<>(ENGINES);

    /**
     * @param key 32, 48 or 64 octets: the first half authenticates, the second encrypts
     */
    AesSiv(byte[] key) {
        this.key = key.clone();
        Engine engine = new Engine(key);
        byte[] zero = engine.chain(new byte[BLOCK]);
        maskFull = doubled(zero);
        maskPadded = doubled(maskFull);
        beforeDatum = doubled(cmac(engine, new byte[BLOCK]));
        for (int octet = 0; octet < OCTETS; octet++) {
            afterOctet[octet] = after(engine, new byte[] {(byte) octet});
        }
        idle.offer(engine);
    }

    /** V followed by as many octets as {@code plain} has. */
    byte[] seal(byte[] datum, byte[] plain) {
        return seal(datum, plain, TAG_OCTETS);
    }

    /**
     * As {@link #seal(byte[], byte[])} with V cut to its first octets, where room is scarce and
     * guesses are slow.
     *
     * @param tagOctets {@value #SHORT_TAG_OCTETS} or {@value #TAG_OCTETS}; the datum must tell them
     *     apart
     */
    byte[] seal(byte[] datum, byte[] plain, int tagOctets) {
        return with(
                engine -> {
                    byte[] tag = cut(tag(engine, datum, plain), tagOctets);
                    byte[] sealed = Arrays.copyOf(tag, tagOctets + plain.length);
                    System.arraycopy(engine.stream(tag, plain), 0, sealed, tagOctets, plain.length);
                    return sealed;
                });
    }

    /** The plaintext, when {@code sealed} was made by {@link #seal} with this key and datum. */
    Optional<byte[]> open(byte[] datum, byte[] sealed) {
        return open(datum, sealed, TAG_OCTETS);
    }

    Optional<byte[]> open(byte[] datum, byte[] sealed, int tagOctets) {
        if (sealed.length < tagOctets) {
            return Optional.empty();
        }
        return with(
                engine -> {
                    byte[] tag = cut(sealed, tagOctets);
                    byte[] plain =
                            engine.stream(
                                    tag, Arrays.copyOfRange(sealed, tagOctets, sealed.length));
                    byte[] expected = cut(tag(engine, datum, plain), tagOctets);
                    boolean genuine = MessageDigest.isEqual(tag, expected);
                    return genuine ? Optional.of(plain) : Optional.empty();
                });
    }

    /** The first octets of a tag, filled up with zeros to a block. */
    private static byte[] cut(byte[] tag, int octets) {
        byte[] cut = Arrays.copyOf(tag, BLOCK);
        Arrays.fill(cut, octets, BLOCK, (byte) 0);
        return cut;
    }

    /** What S2V holds once it has taken the datum. */
    private byte[] after(Engine engine, byte[] datum) {
        byte[] d = cmac(engine, datum);
        xor(d, beforeDatum, 0);
        return d;
    }

    /** S2V with one datum (RFC 5297 2.4). */
    private byte[] tag(Engine engine, byte[] datum, byte[] plain) {
        byte[] d = datum.length == 1 ? afterOctet[datum[0] & 0xff] : after(engine, datum);
        byte[] blocks = padded(plain);
        if (plain.length < BLOCK) {
            xor(blocks, doubled(d), 0);
            return cmac(engine, blocks, BLOCK);
        }
        xor(blocks, d, plain.length - BLOCK);
        return cmac(engine, blocks, plain.length);
    }

    private byte[] cmac(Engine engine, byte[] message) {
        return cmac(engine, padded(message), message.length);
    }

    /**
     * @param blocks the message as {@link #padded}; not the caller's any more
     * @param length of the message itself
     */
    private byte[] cmac(Engine engine, byte[] blocks, int length) {
        xor(blocks, blocks.length == length ? maskFull : maskPadded, blocks.length - BLOCK);
        return engine.chain(blocks);
    }

    /** The octets, filled up to whole blocks where they are none. */
    private static byte[] padded(byte[] octets) {
        if (octets.length > 0 && octets.length % BLOCK == 0) {
            return octets.clone();
        }
        byte[] padded = Arrays.copyOf(octets, (octets.length / BLOCK + 1) * BLOCK);
        padded[octets.length] = (byte) 0x80;
        return padded;
    }

    private static void xor(byte[] into, byte[] other, int at) {
        for (int i = 0; i < other.length; i++) {
            into[at + i] ^= other[i];
        }
    }

    /** Times x in GF(2^128), without a branch on secret bits. */
    private static byte[] doubled(byte[] block) {
        byte[] twice = new byte[BLOCK];
        for (int i = 0; i < BLOCK; i++) {
            int below = i + 1 < BLOCK ? (block[i + 1] & 0xff) >>> 7 : 0;
            twice[i] = (byte) ((block[i] << 1) | below);
        }
        twice[BLOCK - 1] ^= (byte) (-((block[0] & 0xff) >>> 7) & 0x87);
        return twice;
    }

    private <T> T with(Function<Engine, T> work) {
        Engine free = last.getAndSet(null);
        if (free == null) {
            free = idle.poll();
        }
        Engine engine = free == null ? new Engine(key) : free;
        T result = work.apply(engine);
        Engine replaced = last.getAndSet(engine);
        if (replaced != null) {
            idle.offer(replaced); // a full pool drops it
        }
        return result;
    }

    private static final class Engine {
        private final Cipher chain;
        private final Cipher blocks;

        @SuppressWarnings("InsecureCryptoUsage") // ECB over counters, no two of which are equal
        Engine(byte[] key) {
            try {
                int half = key.length / 2;
                blocks = Cipher.getInstance("AES/ECB/NoPadding");
                blocks.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, half, half, "AES"));
                chain = Cipher.getInstance("AES/CBC/NoPadding");
                chain.init(
                        Cipher.ENCRYPT_MODE,
                        new SecretKeySpec(key, 0, half, "AES"),
                        new IvParameterSpec(new byte[BLOCK]));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("set up AES with " + key.length + " octets", e);
            }
        }

        /** The last block of CBC; the cipher starts again from its zero vector each time. */
        byte[] chain(byte[] octets) {
            byte[] all = done(chain, octets);
            return all.length == BLOCK
                    ? all
                    : Arrays.copyOfRange(all, all.length - BLOCK, all.length);
        }

        /**
         * Counter mode from V, of which two bits are cleared, so that counters may be added up in
         * words (RFC 5297 2.5). The JDK's own is set up anew for each start, which takes longer
         * than the few blocks of a token.
         */
        byte[] stream(byte[] tag, byte[] octets) {
            byte[] counters = new byte[(octets.length + BLOCK - 1) / BLOCK * BLOCK];
            for (int at = 0; at < counters.length; at += BLOCK) {
                System.arraycopy(tag, 0, counters, at, BLOCK);
                counters[at + 8] &= 0x7f;
                int word = at + 12;
                int start = (int) WORD.get(counters, word) & Integer.MAX_VALUE;
                WORD.set(counters, word, start + at / BLOCK);
            }
            byte[] out = Arrays.copyOf(done(blocks, counters), octets.length);
            xor(out, octets, 0);
            return out;
        }

        private static byte[] done(Cipher cipher, byte[] octets) {
            try {
                return cipher.doFinal(octets);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("AES over " + octets.length + " octets", e);
            }
        }
    }
}
