package facteur.tracker.engagement;

/**
 * How many hits of each recipient and link were recorded one by one. Kept as fingerprints in a
 * fixed number of places; where room is needed the oldest goes, but for those that have reached
 * their limit: such counts come from a client in a loop.
 */
final class RecordedHits {
    /**
     * A person follows a link a handful of times, and a forwarded mail is opened by some dozens.
     */
    static final int MOST = 50;

    private static final int KEPT_ON = 8; // so many at their limit are kept for each that goes

    private final RecentFingerprints recentFingerprints;
    private final byte[] counts;

    /**
     * @param places a power of two
     */
    RecordedHits(int places) {
        this.recentFingerprints = new RecentFingerprints(places);
        this.counts = new byte[places];
    }

    /** Whether one hit more may be told by itself; counts it. */
    boolean admits(long print, int most, long atMillis) {
        int known = recentFingerprints.find(print);
        int place = known == RecentFingerprints.ABSENT ? add(print, atMillis) : known;
        if (counts[place] >= most) {
            return false;
        }
        counts[place]++;
        return true;
    }

    private int add(long print, long atMillis) {
        for (int kept = 0; recentFingerprints.isFull(); kept++) {
            int oldest = recentFingerprints.oldest();
            boolean stays = counts[oldest] >= MOST && kept < KEPT_ON;
            long again = recentFingerprints.print(oldest);
            byte count = counts[oldest];
            recentFingerprints.forgetOldest();
            if (stays) {
                counts[recentFingerprints.add(again, atMillis)] = count;
            }
        }
        int place = recentFingerprints.add(print, atMillis);
        counts[place] = 0;
        return place;
    }
}
