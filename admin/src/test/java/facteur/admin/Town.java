package facteur.admin;

import facteur.mail.event.EngagementEvent.Audience;
import facteur.mail.message.RecipientId;
import facteur.mail.outcome.BounceCategory;
import facteur.store.Store;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Some campaigns to some hundred people, in which everything happens: for pages to look at. */
final class Town {
    private static final List<String> DOMAINS =
            List.of(
                    "gmail.com",
                    "orange.fr",
                    "outlook.com",
                    "free.fr",
                    "laposte.net",
                    "acme.example");
    private static final List<String> NAMES =
            List.of(
                    "anne", "bruno", "chloe", "denis", "elise", "farid", "gaelle", "hugo", "ines",
                    "jules", "karim", "lea", "marc", "nadia", "oscar", "paula", "quentin", "rose");

    private final Mailing mailing;
    private final RandomGenerator chance = RandomGeneratorFactory.of("L64X128MixRandom").create(42);

    Town(Store store) {
        this.mailing = new Mailing(store);
    }

    private record Chances(double hard, double soft, double deferred, double open, double click) {}

    void fill(Instant now) throws InterruptedException {
        campaign(
                letter("Soldes d’été", "Jusqu’à −50 % sur toute la boutique"),
                240,
                now.minus(Duration.ofDays(9)),
                new Chances(.015, .01, 0, .46, .22));
        campaign(
                letter("Invitation salon 2026", "Vous êtes invitée : salon du livre, 14 mars"),
                180,
                now.minus(Duration.ofDays(3)),
                new Chances(.09, .03, 0, .38, .15));
        campaign(
                letter("Newsletter mars", "Les nouvelles de mars"),
                300,
                now.minus(Duration.ofHours(2)),
                new Chances(.02, .02, .08, .3, .12));
        campaign(
                letter("Relance panier", "Votre panier vous attend"),
                35,
                now.minus(Duration.ofMinutes(30)),
                new Chances(.03, 0, .3, .2, .1));
        campaign(
                new Mailing.Letter(
                        "",
                        "Votre reçu n° 2026-0142",
                        "Boutique <recu@sender.example>",
                        "<p>Merci de votre achat.</p>"),
                12,
                now.minus(Duration.ofMinutes(90)),
                new Chances(0, 0, 0, .6, .1));
        mailing.write();
    }

    private static Mailing.Letter letter(String campaign, String subject) {
        Mailing.Letter usual = Mailing.Letter.of(campaign);
        return new Mailing.Letter(campaign, subject, usual.sender(), usual.html());
    }

    private String address(int i) {
        return NAMES.get(i % NAMES.size())
                + "."
                + (100 + i)
                + "@"
                + DOMAINS.get((i * 7 / 3) % DOMAINS.size());
    }

    private void campaign(Mailing.Letter letter, int people, Instant at, Chances chances) {
        for (int i = 0; i < people; i++) {
            Instant sent = at.plusSeconds(i * 2L);
            RecipientId id = mailing.accepted(letter, address(i), sent);
            if (!letter.campaign().equals("Soldes d’été") && i % 41 == 40) {
                mailing.abandoned(id, sent.plusMillis(20));
                continue;
            }
            happens(id, sent.plusSeconds(2), chances);
        }
    }

    private void happens(RecipientId id, Instant at, Chances chances) {
        mailing.rendered(id, at.minusMillis(200), 1, true);
        double drawn = chance.nextDouble();
        if (drawn < chances.hard()) {
            mailing.hard(
                    id,
                    at,
                    "5.1.1 <user> : Recipient address rejected: User unknown in local recipient"
                            + " table");
        } else if (drawn < chances.hard() + chances.soft()) {
            mailing.soft(id, at, BounceCategory.MAILBOX_FULL, "5.2.2 Mailbox full");
        } else if (drawn < chances.hard() + chances.soft() + chances.deferred()) {
            mailing.deferred(id, at, at.plus(Duration.ofHours(3)));
        } else {
            mailing.delivered(id, at);
            read(id, at, chances);
        }
    }

    private void read(RecipientId id, Instant at, Chances chances) {
        if (chance.nextDouble() < .12) {
            mailing.opened(id, at.plusSeconds(4), Audience.MACHINE);
            mailing.clicked(id, at.plusSeconds(5), Audience.MACHINE, "https://shop.example/a");
        }
        double drawn = chance.nextDouble();
        Instant later = at.plusSeconds(60 + chance.nextInt(1500));
        if (drawn < chances.open()) {
            mailing.opened(id, later, Audience.HUMAN);
        }
        if (drawn < chances.click()) {
            String target =
                    chance.nextBoolean() ? "https://shop.example/a" : "https://shop.example/b?x=1";
            mailing.clicked(id, later.plusSeconds(20), Audience.HUMAN, target);
        }
        if (chance.nextDouble() < .006) {
            mailing.complained(id, later.plusSeconds(300));
        }
    }
}
