package facteur.message.html;

import facteur.mail.token.LinkTarget;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Which links are rewritten, of those that are http or https.
 *
 * @param sensitive also what looks like a password reset, a verification or a one-time link, which
 *     should not pass through anybody's hands
 * @param plainText also bare URLs in text/plain parts
 */
public record LinkRules(boolean sensitive, boolean plainText) {
    public static final LinkRules DEFAULT = new LinkRules(false, false);

    private static final List<String> TEMPLATE_MARKS =
            List.of("{{", "}}", "{%", "%}", "*|", "|*", "[[", "]]", "<%", "%>", "${", "%%");
    private static final List<String> UNSUBSCRIBE =
            List.of(
                    "unsubscribe",
                    "unsubscription",
                    "desinscri",
                    "désinscri",
                    "d%c3%a9sinscri",
                    "desabonn",
                    "désabonn",
                    "d%c3%a9sabonn",
                    "opt-out",
                    "opt_out",
                    "optout",
                    "email-preferences",
                    "email_preferences",
                    "emailpreferences",
                    "preference-center",
                    "preferencecenter",
                    "abmelden",
                    "abbestellen");
    private static final Set<String> UNSUBSCRIBE_WORDS = Set.of("unsub");
    private static final Set<String> SENSITIVE_WORDS =
            Set.of(
                    "reset",
                    "resetpassword",
                    "passwordreset",
                    "password",
                    "forgotpassword",
                    "verify",
                    "verification",
                    "verifyemail",
                    "emailverification",
                    "confirmemail",
                    "magic",
                    "magiclink",
                    "otp",
                    "onetime");

    /** Attributes by which an application says that a link is not to be touched. */
    private static final Set<String> OPT_OUT_FLAGS =
            Set.of(
                    "data-notrack",
                    "data-no-track",
                    "ses:no-track",
                    "data-pm-no-track",
                    "mc:disable-tracking",
                    "disable-tracking",
                    "mautic:disable-tracking",
                    "notrack",
                    "no-track");

    /** Whether a link to {@code url} is to lead through the tracker. */
    boolean isTrackable(String url, LinkTargets linkTargets) {
        if (!LinkTarget.isFit(url)
                || hasAny(url, TEMPLATE_MARKS)
                || linkTargets.isUnsubscribe(url)) {
            return false;
        }
        String lower = url.toLowerCase(Locale.ROOT);
        String rest = afterHost(lower);
        return !hasAny(lower, UNSUBSCRIBE)
                && !hasWord(rest, UNSUBSCRIBE_WORDS)
                && (sensitive || !isSensitive(rest));
    }

    private static boolean isSensitive(String rest) {
        return hasWord(rest, SENSITIVE_WORDS)
                || rest.contains("?token=")
                || rest.contains("&token=");
    }

    private static boolean hasAny(String url, List<String> pieces) {
        for (String piece : pieces) {
            if (url.contains(piece)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the tag has a mark that opts its link out. */
    static boolean optsOut(HtmlTag tag) {
        for (int i = 0; i < tag.attributes(); i++) {
            if (isOptOut(tag, i)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the attribute is a mark for the rewriter, to be taken away with it. */
    static boolean isMark(HtmlTag tag, int attribute) {
        return tag.nameIs(attribute, "clicktracking")
                || tag.nameIs(attribute, "data-msys-clicktrack")
                || OPT_OUT_FLAGS.stream().anyMatch(name -> tag.nameIs(attribute, name));
    }

    private static boolean isOptOut(HtmlTag tag, int attribute) {
        if (tag.nameIs(attribute, "clicktracking")) {
            return tag.valueIs(attribute, "off");
        }
        if (tag.nameIs(attribute, "data-msys-clicktrack")) {
            return tag.valueIs(attribute, "0");
        }
        return OPT_OUT_FLAGS.stream().anyMatch(name -> tag.nameIs(attribute, name))
                && !tag.valueIs(attribute, "false");
    }

    private static String afterHost(String url) {
        int slashes = url.indexOf("//");
        int at = slashes + 2;
        while (at < url.length() && "/?#".indexOf(url.charAt(at)) < 0) {
            at++;
        }
        return url.substring(Math.min(at, url.length()));
    }

    private static boolean hasWord(String text, Set<String> words) {
        int from = 0;
        for (int i = 0; i <= text.length(); i++) {
            if (i == text.length() || !Character.isLetterOrDigit(text.charAt(i))) {
                if (i > from && words.contains(text.substring(from, i))) {
                    return true;
                }
                from = i + 1;
            }
        }
        return false;
    }
}
