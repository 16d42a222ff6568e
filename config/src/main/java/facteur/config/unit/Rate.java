package facteur.config.unit;

import java.time.Duration;
import java.util.Optional;

/**
 * So many a while: {@code 100/s}, {@code 20/m}, {@code 500/h}, {@code 10000/d}.
 *
 * @param amount at least 1
 * @param per a second, a minute, an hour or a day
 */
public record Rate(long amount, Duration per) {
    public Rate {
        if (amount < 1 || per.isZero() || per.isNegative()) {
            throw new IllegalArgumentException("rate of " + amount + " per " + per);
        }
    }

    public static Optional<Rate> parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return Optional.empty();
        }
        Optional<Duration> per =
                switch (text.substring(slash + 1).strip()) {
                    case "s" -> Optional.of(Duration.ofSeconds(1));
                    case "m", "min" -> Optional.of(Duration.ofMinutes(1));
                    case "h" -> Optional.of(Duration.ofHours(1));
                    case "d" -> Optional.of(Duration.ofDays(1));
                    default -> Optional.empty();
                };
        return WholeNumber.parse(text.substring(0, slash).strip())
                .filter(amount -> amount > 0)
                .flatMap(amount -> per.map(length -> new Rate(amount, length)));
    }

    /** How long one of them takes when they are spread evenly. */
    public Duration interval() {
        return per.dividedBy(amount);
    }

    public double perSecond() {
        return amount / (per.toNanos() / 1e9);
    }

    @Override
    public String toString() {
        String unit = Durations.format(per);
        return amount + "/" + (unit.equals("24h") ? "d" : unit.substring(1));
    }
}
