package facteur.testkit.dns;

import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What the zone says to one query: pure, without sockets or clocks. */
final class ZoneAnswers {
    /** A chain of aliases longer than this is cut, as resolvers do. */
    private static final int MAX_ALIASES = 8;

    private static final long NEGATIVE_TTL_SECONDS = 5;
    private static final int EDNS_PAYLOAD = 1232;

    /** What to do with a query. */
    sealed interface Reaction {
        record Reply(Message message, Duration delay) implements Reaction {}

        record Silence() implements Reaction {}
    }

    private ZoneAnswers() {}

    static Reaction to(Message query, boolean overUdp, Zone zone) {
        Record question = query.getQuestion();
        if (question == null || query.getHeader().getOpcode() != Opcode.QUERY) {
            return now(failure(query, question == null ? Rcode.FORMERR : Rcode.NOTIMP));
        }
        Optional<DnsFault> fault = zone.faultAt(question.getName());
        if (fault.isEmpty()) {
            return now(answer(query, zone));
        }
        return switch (fault.get()) {
            case DnsFault.ServFail _ -> now(failure(query, Rcode.SERVFAIL));
            case DnsFault.Silent _ -> new Reaction.Silence();
            case DnsFault.Slow slow -> new Reaction.Reply(answer(query, zone), slow.delay());
            case DnsFault.Truncated _ -> now(overUdp ? truncated(query) : answer(query, zone));
        };
    }

    private static Reaction now(Message message) {
        return new Reaction.Reply(message, Duration.ZERO);
    }

    private static Message answer(Message query, Zone zone) {
        Message reply = begun(query);
        Record question = query.getQuestion();
        Name name = question.getName();
        for (int aliases = 0; aliases <= MAX_ALIASES; aliases++) {
            Optional<List<Record>> found = zone.at(name);
            if (found.isEmpty()) {
                reply.getHeader().setRcode(Rcode.NXDOMAIN);
                break;
            }
            Optional<CNAMERecord> alias = alias(found.get(), question.getType());
            if (alias.isEmpty()) {
                addMatching(reply, found.get(), question.getType());
                break;
            }
            reply.addRecord(alias.get(), Section.ANSWER);
            name = alias.get().getTarget();
        }
        boolean negative =
                reply.getSection(Section.ANSWER).stream().allMatch(r -> r.getType() == Type.CNAME);
        if (negative && question.getType() != Type.CNAME) {
            reply.addRecord(
                    soa(), Section.AUTHORITY); // RFC 2308 3: how long "no" may be remembered
        }
        return reply;
    }

    private static Optional<CNAMERecord> alias(List<Record> found, int type) {
        if (type == Type.CNAME || type == Type.ANY) {
            return Optional.empty();
        }
        return found.stream()
                .filter(CNAMERecord.class::isInstance)
                .map(CNAMERecord.class::cast)
                .findFirst();
    }

    private static void addMatching(Message reply, List<Record> found, int type) {
        found.stream()
                .filter(r -> type == Type.ANY || r.getType() == type)
                .forEach(r -> reply.addRecord(r, Section.ANSWER));
    }

    private static Message failure(Message query, int rcode) {
        Message reply = begun(query);
        reply.getHeader().setRcode(rcode);
        return reply;
    }

    private static Message truncated(Message query) {
        Message reply = begun(query);
        reply.getHeader().setFlag(Flags.TC);
        return reply;
    }

    private static Message begun(Message query) {
        Message reply = new Message(query.getHeader().getID());
        reply.getHeader().setFlag(Flags.QR);
        reply.getHeader().setFlag(Flags.AA);
        reply.getHeader().setFlag(Flags.RA);
        if (query.getHeader().getFlag(Flags.RD)) {
            reply.getHeader().setFlag(Flags.RD);
        }
        Record question = query.getQuestion();
        if (question != null) {
            reply.addRecord(question, Section.QUESTION);
        }
        if (query.getOPT() != null) {
            reply.addRecord(new OPTRecord(EDNS_PAYLOAD, 0, 0), Section.ADDITIONAL);
        }
        return reply;
    }

    private static SOARecord soa() {
        Name nobody = Zone.absolute("hostmaster.lab");
        return new SOARecord(
                Name.root,
                DClass.IN,
                NEGATIVE_TTL_SECONDS,
                Zone.absolute("ns.lab"),
                nobody,
                1,
                3600,
                600,
                86400,
                NEGATIVE_TTL_SECONDS);
    }
}
