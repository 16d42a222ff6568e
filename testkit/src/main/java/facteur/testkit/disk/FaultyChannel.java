package facteur.testkit.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/** A file whose writes and syncs are told to a {@link DiskFault} before and after they happen. */
public final class FaultyChannel extends FileChannel {
    private final FileChannel real;
    private final Path path;
    private final DiskFault fault;

    public FaultyChannel(FileChannel real, Path path, DiskFault fault) {
        this.real = real;
        this.path = path;
        this.fault = fault;
    }

    @Override
    public void force(boolean metaData) throws IOException {
        fault.touch(path, DiskFault.Moment.BEFORE_SYNC);
        real.force(metaData);
        fault.touch(path, DiskFault.Moment.AFTER_SYNC);
    }

    @Override
    public int read(ByteBuffer to) throws IOException {
        return real.read(to);
    }

    @Override
    public long read(ByteBuffer[] to, int offset, int length) throws IOException {
        return real.read(to, offset, length);
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        return real.write(from);
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) throws IOException {
        return real.write(from, offset, length);
    }

    @Override
    public long position() throws IOException {
        return real.position();
    }

    @Override
    public FileChannel position(long newPosition) throws IOException {
        real.position(newPosition);
        return this;
    }

    @Override
    public long size() throws IOException {
        return real.size();
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        real.truncate(size);
        return this;
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target)
            throws IOException {
        return real.transferTo(position, count, target);
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count)
            throws IOException {
        return real.transferFrom(source, position, count);
    }

    @Override
    public int read(ByteBuffer to, long position) throws IOException {
        return real.read(to, position);
    }

    @Override
    public int write(ByteBuffer from, long position) throws IOException {
        fault.touch(path, DiskFault.Moment.BEFORE_WRITE);
        int whole = from.limit();
        int half = from.position() + from.remaining() / 2;
        int written = real.write(from.limit(half), position);
        from.limit(whole);
        fault.touch(path, DiskFault.Moment.HALF_WRITTEN);
        if (from.position() == half) {
            written += real.write(from, position + written);
        }
        fault.touch(path, DiskFault.Moment.AFTER_WRITE);
        return written;
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
        return real.map(mode, position, size);
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) throws IOException {
        return real.lock(position, size, shared);
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) throws IOException {
        return real.tryLock(position, size, shared);
    }

    @Override
    protected void implCloseChannel() throws IOException {
        real.close();
    }
}
