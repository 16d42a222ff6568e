package facteur.server;

import facteur.store.journal.FileOpener;
import facteur.testkit.disk.DiskFault;
import facteur.testkit.disk.FaultyChannel;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A disk in whose hands the process dies, as by kill -9, when it reaches one of its write points
 * for the n-th time. A point is what is written, and the moment: {@code segment.half_written}.
 */
final class KillingDisk implements FileOpener {
    private final String point;
    private final AtomicInteger left;

    KillingDisk(String point, int times) {
        this.point = point;
        this.left = new AtomicInteger(times);
    }

    /** Every point there is. */
    static List<String> points() {
        List<String> points = new ArrayList<>();
        for (String file : List.of("segment", "spare", "filling", "epoch")) {
            for (DiskFault.Moment moment : DiskFault.Moment.values()) {
                boolean exists =
                        !file.equals("spare") || !moment.equals(DiskFault.Moment.HALF_WRITTEN);
                if (exists) {
                    points.add(name(file, moment));
                }
            }
        }
        for (String renamed : List.of("spare", "filling", "epoch")) {
            points.add(renamed + ".before_rename");
            points.add(renamed + ".after_rename");
        }
        points.add("views.before_commit");
        points.add("views.after_commit");
        return points;
    }

    /** Points that are reached all the time, and not only when a segment or an epoch begins. */
    static boolean isBusy(String point) {
        return point.startsWith("segment.") || point.startsWith("views.");
    }

    private static String name(String file, DiskFault.Moment moment) {
        return file + "." + moment.name().toLowerCase(Locale.ROOT);
    }

    private static String kind(Path path) {
        String name = path.getFileName().toString();
        return name.endsWith(".segment") ? "segment" : name.replaceFirst("[-.].*", "");
    }

    private void reach(String reached) {
        if (reached.equals(point) && left.decrementAndGet() == 0) {
            // No hooks, no finalizers, nothing is flushed: what kill -9 does.
            Runtime.getRuntime().halt(137);
        }
    }

    @Override
    public FileChannel open(Path path, Set<? extends OpenOption> options) throws IOException {
        return new FaultyChannel(
                FileChannel.open(path, options),
                path,
                (file, moment) -> reach(name(kind(file), moment)));
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        reach(kind(from) + ".before_rename");
        FileOpener.super.rename(from, to);
        reach(kind(from) + ".after_rename");
    }

    @Override
    public void commit(Runnable commit) {
        reach("views.before_commit");
        commit.run();
        reach("views.after_commit");
    }
}
