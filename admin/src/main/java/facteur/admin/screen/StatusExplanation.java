package facteur.admin.screen;

import facteur.mail.event.EngagementEvent;
import facteur.mail.status.Delivery;
import facteur.mail.status.Status;
import facteur.mail.suppression.Suppression;
import facteur.store.fold.RecipientRow;

import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** Says in plain words why a recipient has its status. */
public final class StatusExplanation {
    private StatusExplanation() {}

    /** One short sentence beside the status. */
    public static String reason(PageRequest page, RecipientRow row) {
        return switch (row.status(page.robots())) {
            case SENDING -> sending(page, row);
            case SENT ->
                    row.engagement().isRobotOnly()
                            ? page.say("reason.sent_robot")
                            : page.say("reason.sent");
            case OPENED -> page.count("reason.opened", row.engagement().opens(page.robots()));
            case CLICKED -> page.count("reason.clicked", row.engagement().clicks(page.robots()));
            case HARD_BOUNCE, SOFT_BOUNCE -> refusal(page, row);
            case ABANDONED -> cause(page, row.rule());
        };
    }

    private static String sending(PageRequest page, RecipientRow row) {
        if (row.delivery().state() == Delivery.State.QUEUED) {
            return page.say("reason.queued");
        }
        return page.say("reason.deferred", refusal(page, row), page.in(row.nextTry()));
    }

    private static String refusal(PageRequest page, RecipientRow row) {
        return page.say(
                "category." + row.category().map(category -> category.key()).orElse("unknown"));
    }

    /** Why something was not sent, from the key of its cause. */
    public static String cause(PageRequest page, String key) {
        String name = "cause." + key.toLowerCase(Locale.ROOT);
        return page.say(page.words().knows(name) ? name : "cause.other");
    }

    /** Why a copy left as it came, from a key; older texts are shown as they are. */
    static String notTracked(PageRequest page, String why) {
        return said(page, "not_tracked." + why, why);
    }

    /** What a refusal is about, from the key of a category that rules name. */
    public static String category(PageRequest page, String key) {
        return said(page, "category." + key, key);
    }

    private static String said(PageRequest page, String name, String otherwise, Object... filled) {
        return page.words().knows(name) ? page.say(name, filled) : otherwise;
    }

    /**
     * What was odd about a message, from a key and what it is about; or an older text, as it is.
     */
    public static String note(PageRequest page, String note) {
        int blank = note.indexOf(' ');
        String name = "note." + (blank < 0 ? note : note.substring(0, blank));
        return said(page, name, note, note.substring(blank + 1));
    }

    /** Since when a recipient has its status. */
    public static Instant since(RecipientRow row, boolean robots) {
        return switch (row.status(robots)) {
            case CLICKED -> row.engagement().firstClick();
            case OPENED ->
                    row.engagement().firstOpen().equals(Instant.EPOCH)
                            ? row.engagement().firstClick()
                            : row.engagement().firstOpen();
            case SENDING, SENT, HARD_BOUNCE, SOFT_BOUNCE, ABANDONED -> row.delivery().at();
        };
    }

    /** What stands beside the status. */
    public static List<Badge> badges(PageRequest page, RecipientRow row) {
        java.util.ArrayList<Badge> badges = new java.util.ArrayList<>();
        if (isSettling(page, row)) {
            badges.add(badge(page, "settling"));
        }
        if (row.engagement().machineOpens() + row.engagement().machineClicks() > 0) {
            badges.add(badge(page, "robot"));
        }
        row.badges().stream()
                .sorted()
                .map(badge -> badge(page, badge.name().toLowerCase(Locale.ROOT)))
                .forEach(badges::add);
        return badges;
    }

    static Badge badge(PageRequest page, String key) {
        return new Badge(key, page.say("badge." + key), page.say("badge." + key + ".why"));
    }

    /** Whether the last click is so fresh that it may still be found to be a machine's. */
    private static boolean isSettling(PageRequest page, RecipientRow row) {
        return row.engagement().humanClicks() > 0
                && row.engagement().lastClick().plus(EngagementEvent.SETTLE).isAfter(page.now());
    }

    /**
     * @param why for the one who points at it
     */
    public record Badge(String key, String label, String why) {}

    /** A suppression in one line. */
    public static String suppression(PageRequest page, Suppression entry) {
        return cause(page, entry.cause().key());
    }

    /** What a suppression holds back. */
    public static String scope(PageRequest page, Suppression entry) {
        return switch (entry.scope()) {
            case facteur.mail.outcome.SuppressionScope.All _ -> page.say("scope.all");
            case facteur.mail.outcome.SuppressionScope.Campaigns _ -> page.say("scope.campaigns");
            case facteur.mail.outcome.SuppressionScope.Credential(String user) ->
                    page.say("scope.credential", user);
        };
    }

    /** The statuses in the order in which screens show them. */
    public static final List<Status> COLUMNS =
            List.of(
                    Status.SENT,
                    Status.SENDING,
                    Status.OPENED,
                    Status.CLICKED,
                    Status.HARD_BOUNCE,
                    Status.SOFT_BOUNCE,
                    Status.ABANDONED);
}
