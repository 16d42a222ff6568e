package facteur.admin.screen;

import facteur.admin.report.Figures;
import facteur.mail.status.Status;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A bar of 1000 units whose parts are the statuses, the furthest first. */
public record StatusBar(List<Piece> pieces) {
    private static final List<Status> ORDER =
            List.of(
                    Status.CLICKED,
                    Status.OPENED,
                    Status.SENT,
                    Status.SENDING,
                    Status.ABANDONED,
                    Status.SOFT_BOUNCE,
                    Status.HARD_BOUNCE);
    private static final double UNITS = 1000;

    /** One part. */
    public record Piece(Status status, String x, String width) {}

    public StatusBar {
        pieces = List.copyOf(pieces);
    }

    /** The bar of some sums; empty when there are no recipients. */
    public static StatusBar of(Figures figures) {
        List<Piece> pieces = new ArrayList<>();
        double at = 0;
        for (Status status : ORDER) {
            long count = figures.sums().showing(status, figures.robots());
            double width = count == 0 ? 0 : UNITS * count / figures.recipients();
            if (width > 0) {
                pieces.add(new Piece(status, digits(at), digits(width)));
                at += width;
            }
        }
        return new StatusBar(pieces);
    }

    private static String digits(double units) {
        return String.format(Locale.ROOT, "%.2f", units);
    }
}
