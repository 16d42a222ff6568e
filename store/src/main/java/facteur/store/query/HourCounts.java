package facteur.store.query;

/**
 * What happened to a campaign in one hour: recipients, each counted once, in the hour in which it
 * happened first. The hour of an open is that of the first hit, which may have been a robot's.
 *
 * @param opened of the delivered: by people
 * @param openedByAny robots included
 */
public record HourCounts(
        long delivered,
        long bounced,
        long opened,
        long clicked,
        long openedByAny,
        long clickedByAny) {
    public static final HourCounts ZERO = new HourCounts(0, 0, 0, 0, 0, 0);

    public HourCounts plus(HourCounts other) {
        return new HourCounts(
                delivered + other.delivered,
                bounced + other.bounced,
                opened + other.opened,
                clicked + other.clicked,
                openedByAny + other.openedByAny,
                clickedByAny + other.clickedByAny);
    }

    public HourCounts negated() {
        return new HourCounts(-delivered, -bounced, -opened, -clicked, -openedByAny, -clickedByAny);
    }
}
