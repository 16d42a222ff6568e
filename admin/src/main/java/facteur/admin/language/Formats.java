package facteur.admin.language;

import java.text.NumberFormat;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.OptionalDouble;

/** Numbers, dates and durations as a reader writes them. */
public record Formats(Words words, ZoneId zone) {
    private static final String NOTHING = "—";

    public String number(long number) {
        return NumberFormat.getIntegerInstance(words.locale()).format(number);
    }

    /** With one digit behind the comma below 100 %: {@code 8,4 %}. */
    public String percent(OptionalDouble share) {
        if (share.isEmpty()) {
            return NOTHING;
        }
        double value = share.getAsDouble();
        NumberFormat format = NumberFormat.getPercentInstance(words.locale());
        format.setMaximumFractionDigits(1);
        format.setMinimumFractionDigits(value == 0 || value == 1 ? 0 : 1);
        // What is nearly nothing is not nothing, and what is nearly all is not all.
        if (value > 0 && value < 0.0005) {
            return "< " + format.format(0.001);
        }
        if (value < 1 && value > 0.9995) {
            return "> " + format.format(0.999);
        }
        return format.format(value);
    }

    public String percent(long part, long whole) {
        return percent(
                whole == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) part / whole));
    }

    /** Date and time of day. */
    public String when(Instant at) {
        return at.equals(Instant.EPOCH)
                ? NOTHING
                : DateTimeFormatter.ofLocalizedDateTime(FormatStyle.MEDIUM, FormatStyle.SHORT)
                        .withLocale(words.locale())
                        .format(at.atZone(zone));
    }

    /** Date, time of day and seconds. */
    public String exactly(Instant at) {
        return DateTimeFormatter.ofLocalizedDateTime(FormatStyle.MEDIUM, FormatStyle.MEDIUM)
                .withLocale(words.locale())
                .format(at.atZone(zone));
    }

    /** The time of day for today, else the date. */
    public String brief(Instant at, Instant now) {
        if (at.equals(Instant.EPOCH)) {
            return NOTHING;
        }
        LocalDate day = at.atZone(zone).toLocalDate();
        return day.equals(now.atZone(zone).toLocalDate())
                ? DateTimeFormatter.ofPattern("HH:mm", words.locale()).format(at.atZone(zone))
                : when(at);
    }

    public String day(LocalDate day) {
        return DateTimeFormatter.ofLocalizedDate(FormatStyle.MEDIUM)
                .withLocale(words.locale())
                .format(day);
    }

    /** How long something takes or lasts, in its largest unit. */
    public String lasting(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        if (duration.toMillis() < 1000) {
            return words.say("unit.ms", number(Math.max(0, duration.toMillis())));
        }
        if (seconds < 120) {
            return words.say("unit.s", number(seconds));
        }
        if (seconds < 2 * 3600) {
            return words.say("unit.min", number(seconds / 60));
        }
        long minutes = seconds / 60 % 60;
        if (seconds < 10 * 3600 && minutes > 0) {
            return words.say("unit.h", number(seconds / 3600))
                    + " "
                    + words.say("unit.min", number(minutes));
        }
        return seconds < 48 * 3600
                ? words.say("unit.h", number(seconds / 3600))
                : words.say("unit.d", number(seconds / 86_400));
    }

    /** How long something is still ahead: a second that has begun is one. */
    public String ahead(Duration duration) {
        return lasting(Duration.ofSeconds(Math.ceilDiv(Math.max(1, duration.toMillis()), 1000L)));
    }

    public String size(long octets) {
        if (octets < 1024) {
            return words.say("unit.octets", number(octets));
        }
        if (octets < 1 << 20) {
            return words.say("unit.kib", number(octets >> 10));
        }
        NumberFormat format = NumberFormat.getNumberInstance(words.locale());
        format.setMaximumFractionDigits(1);
        return words.say("unit.mib", format.format(octets / (double) (1 << 20)));
    }

    /** The instant in the form of machines (RFC 3339). */
    public static String iso(Instant at) {
        return at.toString();
    }
}
