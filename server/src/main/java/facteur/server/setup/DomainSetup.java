package facteur.server.setup;

import facteur.admin.control.SetupCheck.Finding;
import facteur.admin.control.SetupCheck.Reason;
import facteur.admin.control.SetupCheck.What;
import facteur.config.FeedbackSettings;
import facteur.config.Settings;
import facteur.config.SourceSettings;
import facteur.config.unit.Network;
import facteur.mail.address.Domain;
import facteur.message.dkim.DkimKey;
import facteur.mta.routing.AddressPolicy;
import facteur.mta.routing.Resolver;
import facteur.mta.routing.dnsjava.DnsResolver;
import facteur.server.key.DkimKeyFiles;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Looks at everything that one sending domain, and this server, must publish. */
public final class DomainSetup {
    private static final long SECONDS = 30;
    private static final int MAX_SHOWN = 600;
    private static final int MAX_STRING = 255;

    /** RFC 9989 4.10: no more questions than this climb towards the root. */
    private static final int MAX_CLIMB = 8;

    // What the world can reach.
    /** What receivers may see. The addresses of examples are read as if they were in use. */
    private static final AddressPolicy EVERYBODYS =
            new AddressPolicy(
                    Stream.of("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
                            .flatMap(text -> Network.parse(text).stream())
                            .toList());

    private final Settings settings;
    private final DkimKeyFiles made;
    private final DnsQuestions dns;

    public DomainSetup(Settings settings, DnsResolver resolver) {
        this.settings = settings;
        this.made = new DkimKeyFiles(settings.dataDir());
        this.dns = new DnsQuestions(resolver);
    }

    /** The domains that keys sign for, at most so many. */
    public List<Domain> signingDomains(int limit) throws IOException {
        Set<Domain> domains = new LinkedHashSet<>();
        settings.dkim().forEach(key -> domains.add(key.domain()));
        made.entries().forEach(entry -> domains.add(entry.key().domain()));
        return domains.stream().limit(limit).toList();
    }

    private interface Look {
        List<Finding> findings() throws DnsQuestions.Unanswered;
    }

    private record Task(What what, String subject, Look look) {
        Callable<List<Finding>> guarded() {
            return () -> {
                try {
                    return look.findings();
                } catch (DnsQuestions.Unanswered e) {
                    return List.of(unanswered(String.valueOf(e.getMessage())));
                }
            };
        }

        Finding unanswered(String why) {
            return finding(what, subject, Reason.UNANSWERED, "", "", why);
        }
    }

    /** What a domain publishes; waits for the DNS, at most {@value #SECONDS} s. */
    public List<Finding> domain(Domain domain, Instant now) {
        String name = domain.name();
        return all(
                List.of(
                        new Task(What.SPF, name, () -> List.of(spf(domain))),
                        new Task(What.DKIM, name, () -> dkim(domain)),
                        new Task(What.DMARC, name, () -> List.of(dmarc(domain))),
                        new Task(What.MX, name, () -> List.of(mx(domain)))),
                now);
    }

    /** What this server publishes for any sender; waits as {@link #domain} does. */
    public List<Finding> server(Instant now) {
        List<Task> tasks = new ArrayList<>();
        tasks.add(new Task(What.RESOLVER, settings.hostname(), () -> List.of(resolver())));
        for (SourceSettings source : settings.sources()) {
            tasks.add(new Task(What.PTR, source.ehlo(), () -> ptr(source)));
            tasks.add(new Task(What.EHLO, source.ehlo(), () -> List.of(ehlo(source))));
            tasks.add(new Task(What.BLOCKLIST, source.ehlo(), () -> blockLists(source)));
        }
        tasks.add(
                new Task(
                        What.TLS,
                        settings.hostname(),
                        () ->
                                List.of(
                                        Certificates.look(
                                                Certificates.file(settings),
                                                settings.hostname(),
                                                now))));
        tasks.add(
                new Task(
                        What.TRACKING,
                        settings.tracking().baseUrl().toString(),
                        () -> List.of(new TrackingHostCheck(dns).look(settings.tracking(), now))));
        return all(tasks, now);
    }

    /**
     * Whether the resolver answers, with names that are ours: any answer will do, and a name of
     * somebody else may be out of its reach for good reasons.
     */
    private Finding resolver() {
        String name = settings.hostname();
        long begun = System.nanoTime();
        try {
            List<InetAddress> _ = dns.addresses(name);
            return answered(name, begun);
        } catch (DnsQuestions.Unanswered first) {
            // The servers of our own zone may be what is silent.
            return otherwise(name, String.valueOf(first.getMessage()));
        }
    }

    private Finding otherwise(String name, String why) {
        long begun = System.nanoTime();
        try {
            // RFC 6761 6.4: resolvers answer this one by themselves, or ask the root.
            List<InetAddress> _ = dns.addresses("resolver-check.invalid");
            return answered(name, begun);
        } catch (DnsQuestions.Unanswered e) {
            return finding(What.RESOLVER, name, Reason.RESOLVER_FAILS, "", "", why);
        }
    }

    private static Finding answered(String name, long begun) {
        long millis = (System.nanoTime() - begun) / 1_000_000;
        return finding(What.RESOLVER, name, Reason.RESOLVER_ANSWERS, "", "", Long.toString(millis));
    }

    private List<Finding> blockLists(SourceSettings source) throws DnsQuestions.Unanswered {
        BlockListCheck lists = new BlockListCheck(dns);
        List<Finding> findings = new ArrayList<>();
        for (InetAddress address : outside(source)) {
            findings.addAll(lists.look(address));
        }
        return findings;
    }

    private static List<Finding> all(List<Task> tasks, Instant now) {
        List<Finding> findings = new ArrayList<>();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        try {
            List<Future<List<Finding>>> results =
                    threads.invokeAll(
                            tasks.stream().map(Task::guarded).toList(), SECONDS, TimeUnit.SECONDS);
            for (int i = 0; i < tasks.size(); i++) {
                findings.addAll(result(tasks.get(i), results.get(i)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            tasks.forEach(task -> findings.add(task.unanswered("interrupted at " + now)));
        } finally {
            threads.shutdownNow();
        }
        return findings;
    }

    private static List<Finding> result(Task task, Future<List<Finding>> result)
            throws InterruptedException {
        try {
            return result.get();
        } catch (CancellationException _) {
            return List.of(task.unanswered("no answer within " + SECONDS + " s"));
        } catch (ExecutionException e) {
            return List.of(task.unanswered(String.valueOf(e.getCause())));
        }
    }

    private static Finding finding(
            What what,
            String subject,
            Reason reason,
            String found,
            String publish,
            String... arguments) {
        String shown = found.length() > MAX_SHOWN ? found.substring(0, MAX_SHOWN) + "…" : found;
        return new Finding(what, subject, reason, List.of(arguments), shown, publish);
    }

    // --- SPF ---------------------------------------------------------------------------------

    /** The domain of the envelope sender, to which what cannot be delivered comes back. */
    private String returnPath(Domain sender) {
        return settings.feedback().map(FeedbackSettings::returnPathDomain).orElse(sender).name();
    }

    /** Receivers look at the domain of the return-path (RFC 7208 2.4). */
    private Finding spf(Domain sender) throws DnsQuestions.Unanswered {
        String domain = returnPath(sender);
        List<String> records = Spf.records(dns.texts(domain));
        String found = String.join("\n", records);
        List<InetAddress> addresses = new ArrayList<>();
        for (SourceSettings source : settings.sources()) {
            addresses.addAll(outside(source));
        }
        if (records.isEmpty()) {
            String record = Spf.with("v=spf1 ~all", addresses);
            return finding(
                    What.SPF,
                    domain,
                    Reason.SPF_NONE,
                    "",
                    addresses.isEmpty() ? "" : txt(domain, record),
                    domain);
        }
        if (addresses.isEmpty()) {
            return finding(What.SPF, domain, Reason.ADDRESS_UNKNOWN, found, "", ehloNames());
        }
        return covers(domain, records.getFirst(), found, addresses);
    }

    private Finding covers(String domain, String record, String found, List<InetAddress> addresses)
            throws DnsQuestions.Unanswered {
        List<InetAddress> lacking = new ArrayList<>();
        for (InetAddress address : addresses.stream().distinct().toList()) {
            switch (Spf.check(dns, domain, address)) {
                case Spf.Verdict.Allowed _ -> {}
                case Spf.Verdict.NotAllowed _, Spf.Verdict.None _ -> lacking.add(address);
                case Spf.Verdict.Broken(var why) -> {
                    return finding(What.SPF, domain, Reason.SPF_BROKEN, found, "", why);
                }
                case Spf.Verdict.Unclear(var why) -> {
                    return finding(What.SPF, domain, Reason.SPF_UNCLEAR, found, "", why);
                }
            }
        }
        return lacking.isEmpty()
                ? finding(What.SPF, domain, Reason.SPF_COVERS, found, "", told(addresses))
                : finding(
                        What.SPF,
                        domain,
                        Reason.SPF_LACKS,
                        found,
                        txt(domain, Spf.with(record, lacking)),
                        told(lacking));
    }

    // --- DKIM --------------------------------------------------------------------------------

    private List<Finding> dkim(Domain sender) throws DnsQuestions.Unanswered {
        List<Finding> findings = new ArrayList<>();
        List<DkimKey> signing;
        List<DkimKeyFiles.Entry> waiting;
        try {
            signing = made.signing(settings.dkim());
            waiting = made.entries().stream().filter(entry -> entry.seen().isEmpty()).toList();
        } catch (IOException e) {
            throw new DnsQuestions.Unanswered(String.valueOf(e.getMessage()));
        }
        for (DkimKey key : signing) {
            if (sender.isWithin(key.domain())) {
                findings.add(dkim(key, Reason.DKIM_PUBLISHED));
            }
        }
        for (DkimKeyFiles.Entry entry : waiting) {
            if (sender.isWithin(entry.key().domain())) {
                findings.add(dkim(entry.key(), Reason.DKIM_WAITS));
            }
        }
        if (findings.isEmpty()) {
            findings.add(
                    finding(
                            What.DKIM,
                            sender.name(),
                            Reason.DKIM_NO_KEY,
                            "",
                            "facteur key dkim create " + sender));
        }
        return findings;
    }

    private Finding dkim(DkimKey key, Reason whenPublished) throws DnsQuestions.Unanswered {
        List<String> texts = dns.texts(key.dnsName());
        String found = String.join("\n", texts);
        if (texts.stream().anyMatch(key::isPublishedBy)) {
            boolean waits = whenPublished == Reason.DKIM_WAITS;
            return finding(
                    What.DKIM,
                    key.dnsName(),
                    whenPublished,
                    found,
                    waits ? "facteur key dkim dns " + key.domain() : "",
                    key.algorithm().tag());
        }
        return finding(
                What.DKIM,
                key.dnsName(),
                texts.isEmpty() ? Reason.DKIM_ABSENT : Reason.DKIM_DIFFERENT,
                found,
                txt(key.dnsName(), key.dnsRecord()),
                key.algorithm().tag());
    }

    // --- DMARC -------------------------------------------------------------------------------

    /** The record of the domain, or of the nearest domain above it (RFC 9989 4.10). */
    private Finding dmarc(Domain sender) throws DnsQuestions.Unanswered {
        String name = sender.name();
        for (int i = 0; i < MAX_CLIMB && name.indexOf('.') > 0; i++) {
            String at = "_dmarc." + name;
            List<String> records =
                    dns.texts(at).stream()
                            .filter(
                                    text ->
                                            text.strip()
                                                    .toLowerCase(Locale.ROOT)
                                                    .matches("v=dmarc1\\s*(;.*)?"))
                            .toList();
            if (records.size() > 1) {
                return finding(
                        What.DMARC,
                        at,
                        Reason.DMARC_SEVERAL,
                        String.join("\n", records),
                        "",
                        Integer.toString(records.size()));
            }
            if (!records.isEmpty()) {
                return dmarc(sender, name, at, records.getFirst());
            }
            name = name.substring(name.indexOf('.') + 1);
        }
        return finding(
                What.DMARC,
                "_dmarc." + sender,
                Reason.DMARC_NONE,
                "",
                txt("_dmarc." + sender, "v=DMARC1; p=none; rua=mailto:postmaster@" + sender),
                sender.name());
    }

    private static Finding dmarc(Domain sender, String name, String at, String record) {
        boolean own = name.equals(sender.name());
        String policy =
                (own ? Optional.<String>empty() : tag(record, "sp"))
                        .or(() -> tag(record, "p"))
                        .orElse("none")
                        .toLowerCase(Locale.ROOT);
        boolean enforced = policy.equals("quarantine") || policy.equals("reject");
        String stricter = record.replaceAll("(?i)\\b(s?p)\\s*=\\s*none\\b", "$1=quarantine");
        return finding(
                What.DMARC,
                at,
                enforced ? Reason.DMARC_ENFORCED : Reason.DMARC_MONITORS,
                record,
                enforced || stricter.equals(record) ? "" : txt(at, stricter),
                policy);
    }

    private static Optional<String> tag(String record, String name) {
        for (String part : record.split(";", 64)) {
            int equal = part.indexOf('=');
            if (equal > 0 && part.substring(0, equal).strip().equalsIgnoreCase(name)) {
                return Optional.of(part.substring(equal + 1).strip());
            }
        }
        return Optional.empty();
    }

    // --- where reports and replies come back --------------------------------------------------

    private Finding mx(Domain sender) throws DnsQuestions.Unanswered {
        String domain = returnPath(sender);
        List<Resolver.Mx> hosts = dns.mx(domain);
        boolean takes = hosts.stream().anyMatch(host -> !host.host().equals("."));
        if (takes) {
            String found =
                    String.join(
                            "\n",
                            hosts.stream().map(mx -> mx.preference() + " " + mx.host()).toList());
            return finding(What.MX, domain, Reason.MX_FOUND, found, "", domain);
        }
        return finding(
                What.MX,
                domain,
                Reason.MX_NONE,
                "",
                domain + ". IN MX 10 " + settings.hostname() + ".",
                domain);
    }

    // --- our addresses -----------------------------------------------------------------------

    /**
     * The addresses that receivers see of a source: its own if the world can reach it, else what
     * its name leads to.
     */
    private List<InetAddress> outside(SourceSettings source) throws DnsQuestions.Unanswered {
        Optional<InetAddress> own = own(source);
        return own.isPresent() ? List.of(own.get()) : dns.addresses(source.ehlo());
    }

    private static Optional<InetAddress> own(SourceSettings source) {
        return source.address().filter(EVERYBODYS::mayConnectTo);
    }

    private List<Finding> ptr(SourceSettings source) throws DnsQuestions.Unanswered {
        List<Finding> findings = new ArrayList<>();
        for (InetAddress address : outside(source)) {
            findings.add(ptr(source, address));
        }
        return findings.isEmpty()
                ? List.of(
                        finding(
                                What.PTR,
                                source.name(),
                                Reason.ADDRESS_UNKNOWN,
                                "",
                                "",
                                source.ehlo()))
                : findings;
    }

    private Finding ptr(SourceSettings source, InetAddress address) throws DnsQuestions.Unanswered {
        String ip = address.getHostAddress();
        String publish = ip + " PTR " + source.ehlo() + ".";
        List<String> names = dns.names(address);
        if (names.isEmpty()) {
            return finding(What.PTR, ip, Reason.PTR_NONE, "", publish, ip);
        }
        String found = String.join("\n", names);
        for (String name : names.subList(0, Math.min(names.size(), MAX_CLIMB))) {
            if (dns.addresses(name).contains(address)) {
                return finding(What.PTR, ip, Reason.PTR_CONFIRMED, found, "", ip, name);
            }
        }
        return finding(What.PTR, ip, Reason.PTR_UNCONFIRMED, found, publish, ip, names.getFirst());
    }

    private Finding ehlo(SourceSettings source) throws DnsQuestions.Unanswered {
        String name = source.ehlo();
        List<InetAddress> addresses = dns.addresses(name);
        Optional<InetAddress> own = own(source);
        String publish =
                own.map(
                                address ->
                                        name
                                                + (address.getAddress().length == 4
                                                        ? ". IN A "
                                                        : ". IN AAAA ")
                                                + address.getHostAddress())
                        .orElse("");
        if (addresses.isEmpty()) {
            return finding(What.EHLO, name, Reason.EHLO_NO_ADDRESS, "", publish, name);
        }
        String found = told(addresses);
        return own.map(addresses::contains).orElse(true)
                ? finding(What.EHLO, name, Reason.EHLO_MATCHES, found, "", name)
                : finding(
                        What.EHLO,
                        name,
                        Reason.EHLO_ELSEWHERE,
                        found,
                        publish,
                        name,
                        own.get().getHostAddress());
    }

    private String ehloNames() {
        return String.join(", ", settings.sources().stream().map(SourceSettings::ehlo).toList());
    }

    private static String told(List<InetAddress> addresses) {
        return String.join(
                ", ", addresses.stream().map(InetAddress::getHostAddress).distinct().toList());
    }

    /** A line of a zone file; what is longer than a string may be is cut (RFC 1035 3.3, 5.1). */
    public static String txt(String name, String record) {
        List<String> strings = new ArrayList<>();
        for (int at = 0; at == 0 || at < record.length(); at += MAX_STRING) {
            strings.add(
                    '"' + record.substring(at, Math.min(record.length(), at + MAX_STRING)) + '"');
        }
        String all = String.join(" ", strings);
        return name + ". IN TXT " + (strings.size() == 1 ? all : "( " + all + " )");
    }
}
