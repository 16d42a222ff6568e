package facteur.admin.screen;

import facteur.mail.event.EngagementEvent;
import facteur.mail.status.Delivery;
import facteur.mail.status.Status;
import facteur.mail.suppression.Suppression;
import facteur.store.query.RecipientState;

import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** Says in plain words why a recipient has its status. */
public final class StatusExplanation {
    private StatusExplanation() {}

    /** One short sentence beside the status. */
    public static String reason(PageRequest page, RecipientState state) {
        return switch (state.status(page.robots())) {
            case SENDING -> sending(page, state);
            case SENT ->
                    state.engagement().isRobotOnly()
                            ? page.say("reason.sent_robot")
                            : page.say("reason.sent");
            case OPENED -> page.count("reason.opened", state.engagement().opens(page.robots()));
            case CLICKED -> page.count("reason.clicked", state.engagement().clicks(page.robots()));
            case HARD_BOUNCE, SOFT_BOUNCE -> refusal(page, state);
            case ABANDONED -> cause(page, state.rule());
        };
    }

    private static String sending(PageRequest page, RecipientState state) {
        if (state.delivery().state() == Delivery.State.QUEUED) {
            return page.say("reason.queued");
        }
        return page.say("reason.deferred", refusal(page, state), page.in(state.nextTry()));
    }

    private static String refusal(PageRequest page, RecipientState state) {
        return page.say(
                "category." + state.category().map(category -> category.key()).orElse("unknown"));
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
    public static Instant since(RecipientState state, boolean robots) {
        return switch (state.status(robots)) {
            case CLICKED -> state.engagement().firstClick();
            case OPENED ->
                    state.engagement().firstOpen().equals(Instant.EPOCH)
                            ? state.engagement().firstClick()
                            : state.engagement().firstOpen();
            case SENDING, SENT, HARD_BOUNCE, SOFT_BOUNCE, ABANDONED -> state.delivery().at();
        };
    }

    /** What stands beside the status. */
    public static List<Badge> badges(PageRequest page, RecipientState state) {
        java.util.ArrayList<Badge> badges = new java.util.ArrayList<>();
        if (isSettling(page, state)) {
            badges.add(badge(page, "settling"));
        }
        if (state.engagement().machineOpens() + state.engagement().machineClicks() > 0) {
            badges.add(badge(page, "robot"));
        }
        state.badges().stream()
                .sorted()
                .map(badge -> badge(page, badge.name().toLowerCase(Locale.ROOT)))
                .forEach(badges::add);
        return badges;
    }

    static Badge badge(PageRequest page, String key) {
        return new Badge(key, page.say("badge." + key), page.say("badge." + key + ".why"));
    }

    /** Whether the last click is so fresh that it may still be found to be a machine's. */
    private static boolean isSettling(PageRequest page, RecipientState state) {
        return state.engagement().humanClicks() > 0
                && state.engagement().lastClick().plus(EngagementEvent.SETTLE).isAfter(page.now());
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
