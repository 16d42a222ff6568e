package facteur.testkit.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/** An open file of a simulated disk; it is read and written by place. */
final class SimulatedChannel extends FileChannel {
    private final Access access;
    private final Path path;
    private final SimulatedFile file;

    /** What the disk makes of the calls that reach it. */
    interface Access {
        int read(SimulatedFile file, Path path, ByteBuffer to, long from) throws IOException;

        int write(SimulatedFile file, Path path, ByteBuffer from, long to) throws IOException;

        void sync(SimulatedFile file, Path path) throws IOException;
    }

    SimulatedChannel(Access access, Path path, SimulatedFile file) {
        this.access = access;
        this.path = path;
        this.file = file;
    }

    @Override
    public int read(ByteBuffer to, long position) throws IOException {
        return access.read(file, path, to, position);
    }

    @Override
    public int write(ByteBuffer from, long position) throws IOException {
        return access.write(file, path, from, position);
    }

    @Override
    public void force(boolean metaData) throws IOException {
        access.sync(file, path);
    }

    @Override
    public long size() {
        return file.size();
    }

    @Override
    protected void implCloseChannel() {}

    private UnsupportedOperationException unsupported() {
        return new UnsupportedOperationException(path + " is read and written by place");
    }

    @Override
    public int read(ByteBuffer to) {
        throw unsupported();
    }

    @Override
    public long read(ByteBuffer[] to, int offset, int length) {
        throw unsupported();
    }

    @Override
    public int write(ByteBuffer from) {
        throw unsupported();
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) {
        throw unsupported();
    }

    @Override
    public long position() {
        throw unsupported();
    }

    @Override
    public FileChannel position(long newPosition) {
        throw unsupported();
    }

    @Override
    public FileChannel truncate(long newSize) {
        throw unsupported();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) {
        throw unsupported();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
        throw unsupported();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long length) {
        throw unsupported();
    }

    @Override
    public FileLock lock(long position, long length, boolean shared) {
        throw unsupported();
    }

    @Override
    public FileLock tryLock(long position, long length, boolean shared) {
        throw unsupported();
    }
}
