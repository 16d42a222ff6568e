package facteur.server.setup;

import facteur.config.unit.Network;
import facteur.mta.routing.Resolver;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether a domain lets an address send for it: check_host() of RFC 7208. Macros are expanded as
 * far as address and domain tell; a term that depends on the rest of a message cannot be judged
 * beforehand. One evaluation; at most ten terms that cost a question, and two questions without an
 * answer (RFC 7208 4.6.4).
 */
final class Spf {
    private static final int MAX_LOOKUPS = 10;
    private static final int MAX_VOID = 2;
    private static final int MAX_HOSTS = 10;
    private static final int MAX_TERMS = 200;

    /** What a record says of an address. */
    sealed interface Verdict {
        record Allowed() implements Verdict {}

        record NotAllowed() implements Verdict {}

        /** There is no record. */
        record None() implements Verdict {}

        /** Receivers will treat it as an error (RFC 7208 2.6.7). */
        record Broken(String why) implements Verdict {}

        /** It cannot be said from here. */
        record Unclear(String why) implements Verdict {}
    }

    private final DnsQuestions dns;
    private final InetAddress address;
    private final String sender;
    private int lookups;
    private int voids;

    private Spf(DnsQuestions dns, InetAddress address, String sender) {
        this.dns = dns;
        this.address = address;
        this.sender = sender;
    }

    static Verdict check(DnsQuestions dns, String domain, InetAddress address)
            throws DnsQuestions.Unanswered {
        return new Spf(dns, address, domain).host(domain);
    }

    /** The SPF records among the texts of a domain (RFC 7208 4.5). */
    static List<String> records(List<String> texts) {
        return texts.stream()
                .filter(
                        text -> {
                            String begin = text.toLowerCase(Locale.ROOT);
                            return begin.equals("v=spf1") || begin.startsWith("v=spf1 ");
                        })
                .toList();
    }

    /** A record that lets further addresses send: they stand before the last word, "all". */
    static String with(String record, List<InetAddress> addresses) {
        List<String> words = new ArrayList<>(List.of(record.strip().split(" +", MAX_TERMS)));
        int at = words.size();
        for (int i = 1; i < words.size(); i++) {
            String word = words.get(i).toLowerCase(Locale.ROOT);
            if (word.matches("[-+~?]?all") || word.startsWith("redirect=")) {
                at = i;
                break;
            }
        }
        for (InetAddress address : addresses.reversed()) {
            String term = (address.getAddress().length == 4 ? "ip4:" : "ip6:");
            words.add(at, term + address.getHostAddress());
        }
        return String.join(" ", words);
    }

    private Verdict host(String domain) throws DnsQuestions.Unanswered {
        List<String> records = records(dns.texts(domain));
        if (records.size() != 1) {
            return records.isEmpty()
                    ? new Verdict.None()
                    : new Verdict.Broken(domain + ": " + records.size() + " records");
        }
        Optional<String> redirect = Optional.empty();
        Optional<Verdict> unclear = Optional.empty();
        for (String term : records.getFirst().strip().split(" +", MAX_TERMS)) {
            String low = term.toLowerCase(Locale.ROOT);
            if (low.equals("v=spf1") || low.startsWith("exp=")) {
                continue;
            }
            if (low.startsWith("redirect=")) {
                redirect = Optional.of(term.substring("redirect=".length()));
                continue;
            }
            Match match = mechanism(domain, term);
            switch (match) {
                case Match.Yes _ -> {
                    return "-~?".indexOf(term.charAt(0)) < 0
                            ? new Verdict.Allowed()
                            : unclear.orElse(new Verdict.NotAllowed());
                }
                case Match.No _ -> {}
                case Match.Stop(Verdict.Unclear why) ->
                        unclear = unclear.or(() -> Optional.of(why));
                case Match.Stop(Verdict why) -> {
                    return why;
                }
            }
        }
        if (redirect.isPresent() && unclear.isEmpty()) {
            Optional<String> target = SpfMacro.expand(redirect.get(), address, domain, sender);
            return target.isEmpty()
                    ? unclear("redirect=" + redirect.get())
                    : redirected(target.get());
        }
        return unclear.orElse(new Verdict.NotAllowed());
    }

    private Verdict redirected(String domain) throws DnsQuestions.Unanswered {
        if (++lookups > MAX_LOOKUPS) {
            return tooMany();
        }
        Verdict verdict = host(domain);
        return verdict instanceof Verdict.None
                ? new Verdict.Broken("redirect=" + domain + ": no record there")
                : verdict;
    }

    private static Verdict.Unclear unclear(String term) {
        return new Verdict.Unclear("\"" + term + "\" depends on the message");
    }

    private static Verdict tooManyVoids() {
        return new Verdict.Broken(
                "more than " + MAX_VOID + " lookups without an answer (RFC 7208 4.6.4)");
    }

    private static Verdict tooMany() {
        return new Verdict.Broken("more than " + MAX_LOOKUPS + " lookups (RFC 7208 4.6.4)");
    }

    private sealed interface Match {
        record Yes() implements Match {}

        record No() implements Match {}

        record Stop(Verdict why) implements Match {}

        static Match of(boolean matches) {
            return matches ? new Yes() : new No();
        }
    }

    /** A mechanism taken apart: {@code [qualifier]name[:value][/prefix[//prefix6]]}. */
    private record Parts(String name, String value, int prefix4, int prefix6) {
        static Optional<Parts> of(String term, String domain) {
            String text = "+-~?".indexOf(term.charAt(0)) >= 0 ? term.substring(1) : term;
            int colon = text.indexOf(':');
            int slash = slash(text);
            boolean valued = colon >= 0 && (slash < 0 || colon < slash);
            int end = valued ? colon : slash < 0 ? text.length() : slash;
            String name = text.substring(0, end).toLowerCase(Locale.ROOT);
            if (name.startsWith("ip")) {
                return Optional.of(
                        new Parts(name, text.substring(Math.min(text.length(), end + 1)), 32, 128));
            }
            String value =
                    valued ? text.substring(colon + 1, slash < 0 ? text.length() : slash) : domain;
            String prefixes = slash < 0 ? "" : text.substring(slash + 1);
            int six = prefixes.indexOf('/');
            Optional<Integer> four = prefix(six < 0 ? prefixes : prefixes.substring(0, six), 32);
            Optional<Integer> other = prefix(six < 0 ? "" : prefixes.substring(six + 1), 128);
            return four.isPresent() && other.isPresent()
                    ? Optional.of(new Parts(name, value, four.get(), other.get()))
                    : Optional.empty();
        }

        /** The slash before a length; one within a macro is a delimiter of that. */
        private static int slash(String text) {
            boolean macro = false;
            for (int i = 0; i < text.length(); i++) {
                switch (text.charAt(i)) {
                    case '{' -> macro = true;
                    case '}' -> macro = false;
                    case '/' -> {
                        if (!macro) {
                            return i;
                        }
                    }
                    default -> {}
                }
            }
            return -1;
        }

        private static Optional<Integer> prefix(String text, int most) {
            if (text.isEmpty()) {
                return Optional.of(most);
            }
            return text.matches("[0-9]{1,3}") && Integer.parseInt(text) <= most
                    ? Optional.of(Integer.parseInt(text))
                    : Optional.empty();
        }
    }

    private Match mechanism(String domain, String term) throws DnsQuestions.Unanswered {
        Optional<Parts> parts = Parts.of(term, domain);
        if (parts.isEmpty()) {
            return new Match.Stop(new Verdict.Broken("\"" + term + "\" cannot be read"));
        }
        Optional<String> value = SpfMacro.expand(parts.get().value(), address, domain, sender);
        if (value.isEmpty()) {
            return new Match.Stop(
                    SpfMacro.isWellFormed(parts.get().value())
                            ? unclear(term)
                            : new Verdict.Broken("\"" + term + "\" cannot be read"));
        }
        Parts known =
                new Parts(
                        parts.get().name(),
                        value.get(),
                        parts.get().prefix4(),
                        parts.get().prefix6());
        return switch (known.name()) {
            case "all" -> new Match.Yes();
            case "ip4", "ip6" ->
                    Network.parse(known.value())
                            .map(network -> Match.of(network.contains(address)))
                            .orElseGet(
                                    () ->
                                            new Match.Stop(
                                                    new Verdict.Broken(
                                                            "\"" + term + "\" cannot be read")));
            case "a", "mx", "include", "exists", "ptr" ->
                    ++lookups > MAX_LOOKUPS ? new Match.Stop(tooMany()) : asked(known, term);
            default ->
                    term.indexOf('=') > 0
                            ? new Match.No() // an unknown modifier is ignored (RFC 7208 6)
                            : new Match.Stop(
                                    new Verdict.Broken("\"" + term + "\" is no mechanism"));
        };
    }

    private Match asked(Parts parts, String term) throws DnsQuestions.Unanswered {
        Match match = answered(parts, term);
        boolean stops = match instanceof Match.Stop;
        return !stops && voids > MAX_VOID ? new Match.Stop(tooManyVoids()) : match;
    }

    private Match answered(Parts parts, String term) throws DnsQuestions.Unanswered {
        return switch (parts.name()) {
            case "a" -> Match.of(isAmong(addresses(parts.value()), parts));
            case "mx" -> mx(parts, term);
            case "exists" -> Match.of(isThere(parts.value()));
            case "ptr" -> Match.of(isNamed(parts.value()));
            case "include" ->
                    switch (host(parts.value())) {
                        case Verdict.Allowed _ -> new Match.Yes();
                        case Verdict.NotAllowed _ -> new Match.No();
                        case Verdict.None _ ->
                                new Match.Stop(
                                        new Verdict.Broken("\"" + term + "\": no record there"));
                        case Verdict.Broken broken -> new Match.Stop(broken);
                        case Verdict.Unclear unclear -> new Match.Stop(unclear);
                    };
            default -> throw new IllegalStateException(parts.name() + " asks nothing");
        };
    }

    private Match mx(Parts parts, String term) throws DnsQuestions.Unanswered {
        List<Resolver.Mx> hosts = counted(dns.mx(parts.value()));
        if (hosts.size() > MAX_HOSTS) {
            return new Match.Stop(
                    new Verdict.Broken(
                            "\""
                                    + term
                                    + "\": more than "
                                    + MAX_HOSTS
                                    + " hosts (RFC 7208 4.6.4)"));
        }
        for (Resolver.Mx host : hosts) {
            if (isAmong(addresses(host.host()), parts)) {
                return new Match.Yes();
            }
        }
        return new Match.No();
    }

    /** Not to be published any more, and evaluated all the same (RFC 7208 5.5). */
    private boolean isNamed(String domain) throws DnsQuestions.Unanswered {
        List<String> names;
        try {
            names = counted(dns.names(address));
        } catch (DnsQuestions.Unanswered _) {
            return false; // RFC 7208 5.5: an error of this question is no match
        }
        String wanted = name(domain);
        for (String each : names.subList(0, Math.min(names.size(), MAX_HOSTS))) {
            String name = name(each);
            if ((name.equals(wanted) || name.endsWith("." + wanted)) && leadsBack(name)) {
                return true;
            }
        }
        return false;
    }

    private boolean leadsBack(String name) {
        try {
            return dns.addresses(name).contains(address);
        } catch (DnsQuestions.Unanswered _) {
            return false; // RFC 7208 5.5: the next name is looked at
        }
    }

    private static String name(String domain) {
        String lower = domain.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    /** RFC 7208 5.7: the record asked for is A, whatever the address is. */
    private boolean isThere(String name) throws DnsQuestions.Unanswered {
        return !counted(
                        dns.addresses(name).stream()
                                .filter(known -> known.getAddress().length == 4)
                                .toList())
                .isEmpty();
    }

    /** Those of the kind of the address, which are what is asked for (RFC 7208 5). */
    private List<InetAddress> addresses(String host) throws DnsQuestions.Unanswered {
        return counted(
                dns.addresses(host).stream()
                        .filter(known -> known.getAddress().length == address.getAddress().length)
                        .toList());
    }

    private <T> List<T> counted(List<T> answer) {
        voids += answer.isEmpty() ? 1 : 0;
        return answer;
    }

    private boolean isAmong(List<InetAddress> addresses, Parts parts) {
        return addresses.stream()
                .anyMatch(
                        known ->
                                new Network(
                                                known,
                                                known.getAddress().length == 4
                                                        ? parts.prefix4()
                                                        : parts.prefix6())
                                        .contains(address));
    }
}
