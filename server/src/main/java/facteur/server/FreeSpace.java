package facteur.server;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a file system has left.
 *
 * @param octets for users other than root
 * @param inodes {@link Long#MAX_VALUE} where there is no limit, or it cannot be asked
 */
record FreeSpace(long octets, long inodes) {
    /** statvfs(3): Java tells free octets, but not how many more files there can be. */
    @SuppressWarnings("restricted") // a call into the C library, which Java cannot check
    private static final MethodHandle STATVFS =
            Linker.nativeLinker()
                    .defaultLookup()
                    .find("statvfs")
                    .map(
                            symbol ->
                                    Linker.nativeLinker()
                                            .downcallHandle(
                                                    symbol,
                                                    FunctionDescriptor.of(
                                                            ValueLayout.JAVA_INT,
                                                            ValueLayout.ADDRESS,
                                                            ValueLayout.ADDRESS)))
                    .orElseThrow(() -> new IllegalStateException("this C library has no statvfs"));

    // struct statvfs of 64-bit Linux: eleven longs and some spare; f_files is the sixth, f_favail
    // the eighth.
    private static final int STRUCT = 256;
    private static final int FILES = 5;
    private static final int FILES_AVAILABLE = 7;

    static FreeSpace of(Path directory) throws IOException {
        return new FreeSpace(Files.getFileStore(directory).getUsableSpace(), inodes(directory));
    }

    private static long inodes(Path directory) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment path = arena.allocateFrom(directory.toAbsolutePath().toString());
            MemorySegment answer = arena.allocate(STRUCT, Long.BYTES);
            if ((int) STATVFS.invokeExact(path, answer) != 0) {
                throw new IOException("statvfs " + directory + " failed");
            }
            long limit = answer.getAtIndex(ValueLayout.JAVA_LONG, FILES);
            return limit == 0
                    ? Long.MAX_VALUE
                    : answer.getAtIndex(ValueLayout.JAVA_LONG, FILES_AVAILABLE);
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) { // what invokeExact declares; statvfs itself throws nothing
            throw new IOException("statvfs " + directory, e);
        }
    }

    boolean isBelow(long leastOctets, long leastInodes) {
        return octets < leastOctets || inodes < leastInodes;
    }
}
