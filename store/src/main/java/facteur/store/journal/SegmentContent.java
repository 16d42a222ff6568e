package facteur.store.journal;

import facteur.mail.message.Content;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;

/** A large message, read from the segments in which its parts lie. */
record SegmentContent(List<Slice> slices, long size) implements Content {
    record Slice(FileChannel channel, int offset, int length) {}

    static Content of(List<Slice> parts, Slice rest) {
        List<Slice> slices = new ArrayList<>(parts);
        slices.add(rest);
        return new SegmentContent(
                List.copyOf(slices), slices.stream().mapToLong(Slice::length).sum());
    }

    @Override
    public InputStream open(long offset, long length) {
        return new Stream(offset, length);
    }

    private final class Stream extends InputStream {
        private long at;
        private final long end;

        Stream(long offset, long length) {
            this.at = offset;
            this.end = Math.min(size, offset + length);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            if (at >= end) {
                return -1;
            }
            long start = 0;
            for (Slice slice : slices) {
                if (at < start + slice.length()) {
                    int within = (int) (at - start);
                    int wanted =
                            (int) Math.min(Math.min(length, slice.length() - within), end - at);
                    int read =
                            slice.channel()
                                    .read(
                                            ByteBuffer.wrap(to, offset, wanted),
                                            (long) slice.offset() + within);
                    if (read < 0) {
                        throw new IOException("a segment ends before the message that it holds");
                    }
                    at += read;
                    return read;
                }
                start += slice.length();
            }
            return -1;
        }
    }
}
