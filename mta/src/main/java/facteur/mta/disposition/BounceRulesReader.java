package facteur.mta.disposition;

import static facteur.config.yaml.Scalar.TEXT;
import static facteur.config.yaml.Scalar.constant;

import facteur.config.Settings;
import facteur.config.unit.Durations;
import facteur.config.yaml.Scalar;
import facteur.config.yaml.Section;
import facteur.config.yaml.ShippedFile;
import facteur.config.yaml.YamlFile;
import facteur.mail.outcome.BounceCategory;
import facteur.mail.outcome.Stage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads bounce rules: what the keys of bounces.yaml mean. A reader serves one reading. */
public final class BounceRulesReader {
    private static final String SHIPPED = "bounces.yaml";

    private static final Scalar<BounceCategory> CATEGORY = constant(BounceCategory.class);
    private static final Scalar<RefusalSubject> ABOUT = constant(RefusalSubject.class);
    private static final Scalar<Duration> TIME =
            new Scalar<>("a time with its unit", "30m", Durations::parse);
    private static final Scalar<CodePattern> CODE =
            new Scalar<>("a reply code or a class of them", "5xx", CodePattern::parse);
    private static final Scalar<StatusPattern> STATUS =
            new Scalar<>("an enhanced code, x for any", "x.1.1", StatusPattern::parse);

    /** What holds for all rules of a category unless they say otherwise. */
    private record Usual(
            Meaning meaning, RefusalSubject about, PathEffect effect, Optional<Advice> advice) {}

    private static final Usual NOTHING_USUAL =
            new Usual(Meaning.SOFT, RefusalSubject.SITE, new PathEffect.None(), Optional.empty());

    private final Map<BounceCategory, Usual> categories = new EnumMap<>(BounceCategory.class);
    private final Map<String, Provider> providers = new HashMap<>();
    private final Set<String> ids = new HashSet<>();

    private BounceRulesReader() {}

    /** The rules that come with this version. */
    public static BounceRules shipped() {
        return ShippedFile.yaml(Settings.class, SHIPPED, new BounceRulesReader()::rules);
    }

    /** Rules from an operator's file, or everything that is wrong with it. */
    public static YamlFile.Read<BounceRules> read(String yaml, String fileName) {
        return YamlFile.read(yaml, fileName, new BounceRulesReader()::rules);
    }

    private BounceRules rules(Section top) {
        String version = top.required("version", TEXT, "none");
        top.section("categories", this::categories);
        top.section("providers", in -> in.named(this::provider)).forEach(this::name);
        List<BounceRule> rules = new ArrayList<>();
        for (String part : List.of("by_provider", "by_text", "by_enhanced_code", "by_code")) {
            rules.addAll(top.sections(part, this::rule, List.of()));
        }
        rules.add(lastRule());
        Map<BounceCategory, Advice> advice = new EnumMap<>(BounceCategory.class);
        categories.forEach((c, usual) -> usual.advice().ifPresent(a -> advice.put(c, a)));
        return new BounceRules(version, rules, advice);
    }

    /** What no rule describes is soft: a false hard bounce loses a reader permanently. */
    private BounceRule lastRule() {
        Usual usual = categories.getOrDefault(BounceCategory.UNKNOWN, NOTHING_USUAL);
        return new BounceRule(
                "unknown",
                BounceCategory.UNKNOWN,
                Meaning.SOFT,
                usual.about(),
                usual.effect(),
                Optional.empty(),
                Set.of(),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                "");
    }

    private Map<BounceCategory, Usual> categories(Section in) {
        for (BounceCategory category : BounceCategory.values()) {
            in.optionalSection(category.key(), this::usual)
                    .ifPresent(usual -> categories.put(category, usual));
        }
        return categories;
    }

    private Usual usual(Section in) {
        return new Usual(
                in.value("meaning", constant(Meaning.class), Meaning.SOFT),
                in.required("about", ABOUT, RefusalSubject.SITE),
                effect(in, in.value("about", ABOUT, RefusalSubject.SITE))
                        .orElse(new PathEffect.None()),
                in.optionalSection("advice", BounceRulesReader::advice));
    }

    private static Advice advice(Section in) {
        return new Advice(in.required("en", TEXT, ""), in.required("fr", TEXT, ""));
    }

    private static Optional<PathEffect> effect(Section in, RefusalSubject about) {
        return in.optionalSection("effect", effect -> effectOf(effect, about));
    }

    private static PathEffect effectOf(Section in, RefusalSubject about) {
        Optional<PathEffect> slow =
                in.optional("slow", TIME)
                        .map(
                                time ->
                                        about == RefusalSubject.SITE
                                                ? new PathEffect.SlowSite(time)
                                                : new PathEffect.Slow(time));
        Optional<PathEffect> rest = in.optional("rest", TIME).map(PathEffect.Rest::new);
        Optional<PathEffect> suspend = in.optional("suspend", TIME).map(PathEffect.Suspend::new);
        return slow.or(() -> rest).or(() -> suspend).orElse(new PathEffect.None());
    }

    private Provider provider(Section in) {
        return new Provider("", in.list("mx", TEXT, List.of()), pattern(in, "says"));
    }

    private void name(String name, Provider provider) {
        providers.put(name, new Provider(name, provider.mx(), provider.says()));
    }

    private BounceRule rule(Section in) {
        String id = in.required("id", TEXT, "");
        if (!ids.add(id)) {
            in.problem("id", "the rule " + id + " stands twice");
        }
        BounceCategory category = in.required("category", CATEGORY, BounceCategory.UNKNOWN);
        Usual usual = categories.getOrDefault(category, NOTHING_USUAL);
        RefusalSubject about = in.value("about", ABOUT, usual.about());
        return new BounceRule(
                id,
                category,
                in.value("meaning", constant(Meaning.class), usual.meaning()),
                about,
                // What usually follows is meant for what the category is usually about.
                effect(in, about)
                        .orElse(about == usual.about() ? usual.effect() : new PathEffect.None()),
                in.optional("provider", TEXT).flatMap(name -> providerOf(in, name)),
                Set.copyOf(in.list("stage", constant(Stage.class), List.of())),
                in.list("code", CODE, List.of()),
                in.list("enhanced", STATUS, List.of()),
                pattern(in, "text"),
                pattern(in, "unless"),
                in.optionalSection("advice", BounceRulesReader::advice),
                in.value("cite", TEXT, ""));
    }

    private Optional<Provider> providerOf(Section in, String name) {
        Provider provider = providers.get(name);
        if (provider == null) {
            in.problem("provider", "no such provider; allowed: " + providers.keySet());
        }
        return Optional.ofNullable(provider);
    }

    private static Optional<TextPattern> pattern(Section in, String key) {
        List<String> expressions = in.list(key, TEXT, List.of());
        if (expressions.isEmpty()) {
            return Optional.empty();
        }
        Optional<TextPattern> pattern = TextPattern.compile(expressions);
        if (pattern.isEmpty()) {
            in.problem(key, "not a regular expression that RE2 understands");
        }
        return pattern;
    }
}
