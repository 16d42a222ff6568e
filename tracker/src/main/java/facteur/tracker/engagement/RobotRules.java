package facteur.tracker.engagement;

import facteur.config.unit.Durations;
import facteur.config.unit.Network;
import facteur.config.yaml.Problem;
import facteur.config.yaml.Scalar;
import facteur.config.yaml.Section;
import facteur.config.yaml.ShippedFile;
import facteur.config.yaml.YamlFile;
import facteur.mail.event.EngagementEvent.Audience;

import java.time.Duration;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The rules by which machines are told from people. They are data: a file with a date, since agents
 * and networks change.
 *
 * @param date when the file was last looked over
 */
public record RobotRules(LocalDate date, List<AgentRule> agents, List<NetworkRule> networks) {
    private static final String HEAD = "head";
    private static final String PREFETCH = "prefetch";
    private static final String NO_AGENT = "no-agent";
    private static final int FRESH_DAYS = 180;
    private static final String SHIPPED = "/facteur/config/robots.yaml";
    private static final String WITHIN_ONLY =
            "what holds within a time only is probable_machine, not machine";
    private static final Scalar<Audience> AUDIENCE = Scalar.constant(Audience.class);
    private static final Scalar<LocalDate> DATE =
            new Scalar<>("a date", "2026-11-24", RobotRules::date);
    private static final Scalar<Duration> WITHIN =
            new Scalar<>("a time with its unit (s, m, h)", "30s", Durations::parse);
    private static final Scalar<Network> RANGE =
            new Scalar<>("an address or a network", "20.42.0.0/16", Network::parse);

    public RobotRules {
        agents = List.copyOf(agents);
        networks = List.copyOf(networks);
    }

    /**
     * What a user agent gives away.
     *
     * @param words any of which, in lower case, is contained in the agent; or all of it when {@code
     *     exact}
     */
    public record AgentRule(String id, Audience audience, boolean exact, List<String> words) {
        public AgentRule {
            words = List.copyOf(words);
        }

        boolean matches(String agent) {
            return words.stream()
                    .anyMatch(word -> exact ? agent.equals(word) : agent.contains(word));
        }
    }

    /**
     * What the source of a request gives away.
     *
     * @param date when the networks were last compared with the source
     * @param source where their owner publishes them, or who saw what there; perhaps empty
     * @param within where people and machines share the networks: only clicks so soon after the
     *     delivery are judged, and never as certain
     */
    public record NetworkRule(
            String id,
            Audience audience,
            LocalDate date,
            String source,
            Optional<Duration> within,
            List<Network> networks) {
        public NetworkRule {
            networks = List.copyOf(networks);
            if (within.isPresent() && audience == Audience.MACHINE) {
                throw new IllegalArgumentException(id + ": " + WITHIN_ONLY);
            }
        }

        /**
         * Whether the rule speaks of a click.
         *
         * @param since from the delivery on; empty: it was not over yet, as far as is known
         */
        private boolean takesClick(Optional<Duration> since) {
            return within.map(
                            limit -> since.map(passed -> passed.compareTo(limit) < 0).orElse(true))
                    .orElse(false);
        }

        private boolean contains(byte[] source) {
            for (Network network : networks) { // asked for each hit: no stream
                if (network.contains(source)) {
                    return true;
                }
            }
            return false;
        }
    }

    private static Optional<LocalDate> date(String text) {
        try {
            return Optional.of(LocalDate.parse(text));
        } catch (DateTimeParseException _) {
            return Optional.empty(); // the caller says what is allowed
        }
    }

    /** The rules that come with Facteur. */
    public static RobotRules shipped() {
        return read(ShippedFile.text(RobotRules.class, SHIPPED), SHIPPED);
    }

    /**
     * Reads rules; {@link IllegalArgumentException} says every place that is not understood.
     *
     * @param name of the file
     */
    public static RobotRules read(String yaml, String name) {
        return switch (YamlFile.read(yaml, name, RobotRules::bind)) {
            case YamlFile.Read.Good<RobotRules>(var rules, var _) -> rules;
            case YamlFile.Read.Bad<RobotRules>(var problems) ->
                    throw new IllegalArgumentException(
                            problems.stream()
                                    .map(Problem::toString)
                                    .collect(Collectors.joining("\n")));
        };
    }

    private static RobotRules bind(Section in) {
        return new RobotRules(
                in.required("date", DATE, LocalDate.EPOCH),
                in.sections("agents", RobotRules::agent, List.of()),
                in.sections("networks", RobotRules::network, List.of()));
    }

    private static AgentRule agent(Section in) {
        return new AgentRule(
                in.required("id", Scalar.TEXT, ""),
                in.required("audience", AUDIENCE, Audience.HUMAN),
                in.value("exact", Scalar.SWITCH, false),
                in.list("words", Scalar.TEXT, List.of()).stream()
                        .map(word -> word.toLowerCase(Locale.ROOT))
                        .toList());
    }

    private static NetworkRule network(Section in) {
        Audience audience = in.required("audience", AUDIENCE, Audience.HUMAN);
        Optional<Duration> within = in.optional("within", WITHIN);
        boolean certain = within.isPresent() && audience == Audience.MACHINE;
        if (certain) {
            in.problem("within", WITHIN_ONLY);
        }
        return new NetworkRule(
                in.required("id", Scalar.TEXT, ""),
                audience,
                in.required("date", DATE, LocalDate.EPOCH),
                in.value("source", Scalar.TEXT, ""),
                certain ? Optional.empty() : within,
                in.list("ranges", RANGE, List.of()));
    }

    /**
     * Networks that were not checked for half a year: they change hands, and then people are taken
     * for machines.
     */
    public List<NetworkRule> stale(LocalDate today) {
        return networks.stream()
                .filter(rule -> rule.date().plusDays(FRESH_DAYS).isBefore(today))
                .toList();
    }

    /**
     * Judges a hit by itself. The first agent rule that matches counts, then what source and kind
     * of request add.
     */
    public HitVerdict judge(Hit hit) {
        return judge(hit, agentRule(hit.agent()));
    }

    /** The first rule that knows an agent. */
    Optional<AgentRule> agentRule(String sent) {
        String agent = sent.toLowerCase(Locale.ROOT).strip();
        return agents.stream().filter(rule -> rule.matches(agent)).findFirst();
    }

    /** As {@link #judge(Hit)}, with what is known already of the agent. */
    HitVerdict judge(Hit hit, Optional<AgentRule> agentRule) {
        Set<String> reasons = new HashSet<>();
        Audience audience = Audience.HUMAN;
        if (hit.isHead()) {
            audience = worst(audience, Audience.MACHINE, HEAD, reasons);
        }
        if (hit.isPrefetch()) {
            audience = worst(audience, Audience.MACHINE, PREFETCH, reasons);
        }
        if (hit.agent().isBlank()) {
            audience = worst(audience, Audience.MACHINE, NO_AGENT, reasons);
        }
        if (agentRule.isPresent()) {
            AgentRule rule = agentRule.get();
            audience = worst(audience, rule.audience(), rule.id(), reasons);
        }
        byte[] source = hit.client().getAddress();
        for (NetworkRule rule : networks) {
            if (rule.within().isEmpty() && rule.contains(source)) {
                audience = worst(audience, rule.audience(), rule.id(), reasons);
            }
        }
        return new HitVerdict(audience, reasons);
    }

    /**
     * The rule by which a click comes too soon for a person, from a network that machines share
     * with people.
     *
     * @param since from the delivery on; empty: it was not over yet, as far as is known
     */
    Optional<NetworkRule> hasty(Hit click, Optional<Duration> since) {
        return shared(click, rule -> rule.takesClick(since));
    }

    /** The rule whose network a hit comes from when its time is over. */
    Optional<NetworkRule> unhurried(Hit hit, Optional<Duration> since) {
        return shared(hit, rule -> rule.within().isPresent() && !rule.takesClick(since));
    }

    private Optional<NetworkRule> shared(Hit hit, Predicate<NetworkRule> speaks) {
        byte[] source = hit.client().getAddress();
        for (NetworkRule rule : networks) {
            if (speaks.test(rule) && rule.contains(source)) {
                return Optional.of(rule);
            }
        }
        return Optional.empty();
    }

    /**
     * Judges a stored hit, of which source and agent were not kept: by those of its rules that
     * still are, and by those that know the agent's family.
     *
     * @param reasons ids of the rules that spoke when it came
     */
    public HitVerdict again(Set<String> reasons, String family) {
        Set<String> spoken = new HashSet<>();
        Audience audience = Audience.HUMAN;
        for (String reason : reasons) {
            Optional<Audience> says = says(reason);
            if (says.isPresent()) {
                audience = worst(audience, says.get(), reason, spoken);
            }
        }
        Optional<AgentRule> byFamily = agentRule(family);
        if (byFamily.isPresent()) {
            audience = worst(audience, byFamily.get().audience(), byFamily.get().id(), spoken);
        }
        return new HitVerdict(audience, spoken);
    }

    private Optional<Audience> says(String reason) {
        return switch (reason) {
            case HEAD, PREFETCH, NO_AGENT -> Optional.of(Audience.MACHINE);
            case HitVerdict.TOO_SOON_REASON -> Optional.of(Audience.PROBABLE_MACHINE);
            default ->
                    Stream.concat(
                                    agents.stream()
                                            .filter(rule -> rule.id().equals(reason))
                                            .map(AgentRule::audience),
                                    networks.stream()
                                            .filter(rule -> rule.id().equals(reason))
                                            .map(NetworkRule::audience))
                            .findFirst();
        };
    }

    private static Audience worst(Audience known, Audience said, String rule, Set<String> reasons) {
        reasons.add(rule);
        return known.compareTo(said) >= 0 ? known : said;
    }
}
