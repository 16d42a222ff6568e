package facteur.mta.disposition;

import facteur.mail.outcome.BounceCategory;
import facteur.mail.outcome.Stage;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One line of experience: which refusals it knows, and what they mean. All conditions that are
 * given must hold; a list holds when one of it does.
 *
 * @param stages empty: any, though what says that an address is bad is believed only once the
 *     server has heard the recipient
 * @param unless words that make it another matter
 * @param cite the paper, document or server that speaks so
 */
record BounceRule(
        String id,
        BounceCategory category,
        Meaning meaning,
        RefusalSubject about,
        PathEffect effect,
        Optional<Provider> provider,
        Set<Stage> stages,
        List<CodePattern> codes,
        List<StatusPattern> statuses,
        Optional<TextPattern> text,
        Optional<TextPattern> unless,
        Optional<Advice> advice,
        String cite) {
    private static final Set<Stage> BEFORE_RECIPIENT =
            Set.of(Stage.CONNECT, Stage.BANNER, Stage.EHLO, Stage.STARTTLS, Stage.MAIL);

    BounceRule {
        stages = Set.copyOf(stages);
        codes = List.copyOf(codes);
        statuses = List.copyOf(statuses);
    }

    boolean matches(Stage stage, Optional<String> host, Refusal refusal) {
        return holdsAt(stage)
                && (codes.isEmpty() || codes.stream().anyMatch(c -> c.matches(refusal.code())))
                && (statuses.isEmpty() || refusal.status().filter(this::names).isPresent())
                && (text.isEmpty() || text.get().isFoundIn(refusal.text()))
                && (unless.isEmpty() || !unless.get().isFoundIn(refusal.text()))
                && (provider.isEmpty() || provider.get().isSpeaking(host, refusal.text()));
    }

    private boolean names(facteur.mail.smtp.EnhancedStatus status) {
        for (StatusPattern pattern : statuses) {
            if (pattern.matches(status)) {
                return true;
            }
        }
        return false;
    }

    private boolean holdsAt(Stage stage) {
        return stages.isEmpty()
                ? meaning == Meaning.SOFT || !BEFORE_RECIPIENT.contains(stage)
                : stages.contains(stage);
    }

    /** Hard only where the server called it final as well. */
    Ruling ruling(Refusal refusal, String version) {
        Meaning said =
                meaning == Meaning.HARD && refusal.isPermanent() ? Meaning.HARD : Meaning.SOFT;
        return new Ruling(
                said,
                category,
                id,
                version,
                about,
                effect,
                text.isPresent() || provider.isPresent());
    }
}
