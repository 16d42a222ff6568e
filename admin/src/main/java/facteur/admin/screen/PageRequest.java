package facteur.admin.screen;

import facteur.admin.access.Role;
import facteur.admin.access.Visitor;
import facteur.admin.control.Alerts;
import facteur.admin.language.Formats;
import facteur.admin.language.WaitSentence;
import facteur.admin.language.Words;
import facteur.admin.web.Query;
import facteur.admin.web.Request;
import facteur.mail.queue.WaitReason;
import facteur.mail.status.Status;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * One asking for one page: by whom, in which language, with which query.
 *
 * @param parts what stood in the path
 * @param visitor the one who is logged in; on the login page none, without rights
 * @param now when it was asked
 * @param alerts that stand, for those who can do something about them
 */
public record PageRequest(
        Request request,
        Map<String, String> parts,
        Visitor visitor,
        Formats formats,
        Instant now,
        List<Alerts.Alert> alerts) {
    public PageRequest {
        parts = Map.copyOf(parts);
        alerts = List.copyOf(alerts);
    }

    public Words words() {
        return formats.words();
    }

    public Query query() {
        return request.query();
    }

    public String part(String name) {
        return parts.getOrDefault(name, "");
    }

    public String say(String key, Object... filled) {
        return words().say(key, filled);
    }

    public String count(String key, long count) {
        return words().count(key, count);
    }

    public String number(long number) {
        return formats.number(number);
    }

    public String percent(OptionalDouble share) {
        return formats.percent(share);
    }

    public String percent(long part, long whole) {
        return formats.percent(part, whole);
    }

    public String when(Instant at) {
        return formats.when(at);
    }

    /** How long ago something was. */
    public String ago(Instant at) {
        return say("time.ago", formats.lasting(Duration.between(at, now)));
    }

    /** How long until something is. */
    public String in(Instant at) {
        return at.isAfter(now)
                ? say("time.in", formats.ahead(Duration.between(now, at)))
                : say("time.now");
    }

    /** Why mail waits, in a sentence, and when that ends. */
    public String why(WaitReason reason) {
        String sentence = WaitSentence.of(reason, formats);
        return reason.ends()
                .filter(at -> at.isAfter(now))
                .map(at -> sentence + " · " + say("queue.next", in(at)))
                .orElse(sentence);
    }

    public String status(Status status) {
        return say("status." + status.key());
    }

    public boolean may(Role role) {
        return visitor.may(role);
    }

    public boolean mayOperate() {
        return may(Role.OPERATOR);
    }

    public boolean mayAdminister() {
        return may(Role.ADMIN);
    }

    public boolean robots() {
        return query().isOn("robots");
    }

    /** This page with one part of its query changed; an empty value takes it away. */
    public String with(String name, String value) {
        return request.path() + query().without("after").with(name, value).behind();
    }

    /** This page from another place of its list on. */
    public String after(String cursor) {
        return request.path() + query().with("after", cursor).behind();
    }

    public String here() {
        return request.here();
    }

    /** Whether the path lies under {@code section}. */
    public boolean isIn(String section) {
        return request.path().equals(section) || request.path().startsWith(section + "/");
    }

    public String otherLanguage() {
        return words().tag().equals("fr") ? "en" : "fr";
    }
}
