package facteur.mail.suppression;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;
import facteur.mail.outcome.BounceCategory;
import facteur.mail.outcome.BounceClass;
import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.Stage;
import facteur.mail.outcome.SuppressionCause;
import facteur.mail.outcome.SuppressionScope;
import facteur.mail.smtp.Reply;
import facteur.mail.status.Delivery;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;

class SuppressionsTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final RecipientId ID = new RecipientId(new MailId(7), 0);
    private static final Evidence GONE =
            new Evidence.Answered(Stage.RCPT, Reply.of(550, "5.1.1 no such user"));

    private static Suppression manual(SuppressionScope scope, int second) {
        return new Suppression(
                SuppressionCause.MANUAL,
                scope,
                NOON.plusSeconds(second),
                Optional.empty(),
                Optional.empty(),
                "asked",
                "",
                "op");
    }

    private static Suppression bounced(BounceCategory category) {
        return SuppressionPolicy.hardBounce(ID, NOON, new BounceClass(category, "r"), GONE);
    }

    @Test
    void the_outcome_is_the_same_in_any_order() {
        List<UnaryOperator<Suppressions>> changes =
                new ArrayList<>(
                        List.of(
                                s -> s.with(manual(new SuppressionScope.All(), 1)),
                                s -> s.with(manual(new SuppressionScope.All(), 9)),
                                s -> s.with(manual(new SuppressionScope.Credential("shop"), 3)),
                                s -> s.with(manual(new SuppressionScope.Campaigns(), 2)),
                                s -> s.liftedAt(NOON.plusSeconds(2)),
                                s -> s.liftedAt(NOON.plusSeconds(1))));
        Random random = new Random(3);
        Set<Suppressions> outcomes = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            Collections.shuffle(changes, random);
            Suppressions standing = Suppressions.NONE;
            for (UnaryOperator<Suppressions> change : changes) {
                standing = change.apply(standing);
            }
            outcomes.add(standing);
        }
        assertEquals(1, outcomes.size());
        assertEquals(
                List.of(9, 3),
                outcomes.iterator().next().holding(NOON).stream()
                        .map(e -> (int) Duration.between(NOON, e.since()).toSeconds())
                        .toList());
    }

    @Test
    void a_dead_mailbox_may_come_back_a_missing_one_does_not() {
        Suppressions missing = Suppressions.NONE.with(bounced(BounceCategory.BAD_MAILBOX));
        Suppressions inactive = Suppressions.NONE.with(bounced(BounceCategory.INACTIVE_MAILBOX));
        Instant later = NOON.plus(Duration.ofDays(181));
        assertEquals(1, missing.holding(later).size());
        assertEquals(0, inactive.holding(later).size());
        assertEquals(1, inactive.holding(NOON.plus(Duration.ofDays(179))).size());
        assertEquals(List.of(), missing.reverting(ID).entries());
        assertEquals(1, missing.reverting(new RecipientId(new MailId(8), 0)).entries().size());
    }

    @ParameterizedTest
    @CsvSource({
        "all, shop, true, true",
        "all, other, false, true",
        "credential, shop, false, true",
        "credential, other, true, false",
        "campaigns, shop, true, true",
        "campaigns, shop, false, false"
    })
    void a_scope_covers_its_mail(
            String scope, String credential, boolean campaign, boolean forbidden) {
        SuppressionScope which =
                switch (scope) {
                    case "all" -> new SuppressionScope.All();
                    case "credential" -> new SuppressionScope.Credential("shop");
                    default -> new SuppressionScope.Campaigns();
                };
        assertEquals(forbidden, manual(which, 1).forbids(credential, campaign));
    }

    @Test
    void a_domain_that_was_not_found_forbids_nothing() {
        Suppression missing =
                SuppressionPolicy.hardBounce(
                        ID,
                        NOON,
                        new BounceClass(BounceCategory.BAD_DOMAIN, "r"),
                        new Evidence.Failed(
                                Stage.DNS, facteur.mail.outcome.Fault.DOMAIN_NOT_FOUND, ""));
        assertEquals(SuppressionCause.BAD_DOMAIN, missing.cause());
        assertFalse(missing.forbids("shop", true));
    }

    private static SoftBounces.Fate fate(Delivery.State state, double day) {
        return new SoftBounces.Fate(
                new Delivery(state, NOON.plusSeconds((long) (day * 86_400))),
                Optional.of(BounceCategory.MAILBOX_FULL));
    }

    @Test
    void five_soft_bounces_over_fifteen_days_suppress_and_fewer_or_faster_ones_do_not() {
        List<SoftBounces.Fate> fates = new ArrayList<>();
        for (double day : new double[] {0, 4, 8, 12}) {
            fates.add(fate(Delivery.State.SOFT_BOUNCE, day));
        }
        assertFalse(SoftBounces.suppress(fates), "four");
        fates.add(fate(Delivery.State.SOFT_BOUNCE, 14.9));
        assertFalse(SoftBounces.suppress(fates), "within fifteen days");
        fates.add(fate(Delivery.State.SOFT_BOUNCE, 15));
        assertTrue(SoftBounces.suppress(fates));
        fates.add(fate(Delivery.State.DELIVERED, 5));
        assertFalse(SoftBounces.suppress(fates), "a delivery in between");
    }
}
