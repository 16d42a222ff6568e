package facteur.mta.disposition;

import facteur.mail.smtp.EnhancedStatus;

import java.util.Optional;

/**
 * Enhanced codes: {@code 5.1.1}, {@code x.1.1} of any class, {@code x.7.x} of any detail, {@code
 * x.7.600-699} a range of details.
 *
 * @param statusClass 0 for any
 */
record StatusPattern(int statusClass, int subject, int lowDetail, int highDetail) {
    private static final int ANY = 0;

    static Optional<StatusPattern> parse(String text) {
        if (!text.matches("[x45]\\.[0-9]\\.([0-9]{1,3}(-[0-9]{1,3})?|x)")) {
            return Optional.empty();
        }
        int statusClass = text.charAt(0) == 'x' ? ANY : text.charAt(0) - '0';
        int subject = text.charAt(2) - '0';
        String detail = text.substring(4);
        if (detail.equals("x")) {
            return Optional.of(new StatusPattern(statusClass, subject, 0, 999));
        }
        int dash = detail.indexOf('-');
        int low = Integer.parseInt(dash < 0 ? detail : detail.substring(0, dash));
        int high = dash < 0 ? low : Integer.parseInt(detail.substring(dash + 1));
        return Optional.of(new StatusPattern(statusClass, subject, low, high));
    }

    boolean matches(EnhancedStatus status) {
        return (statusClass == ANY || statusClass == status.statusClass())
                && subject == status.subject()
                && status.detail() >= lowDetail
                && status.detail() <= highDetail;
    }
}
