package facteur.mta.reception.james;

import facteur.mta.reception.CommandSequence;

import org.apache.james.protocols.api.BaseRequest;
import org.apache.james.protocols.api.Request;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.api.handler.CommandDispatcher;
import org.apache.james.protocols.smtp.SMTPSession;

import java.util.Locale;
import java.util.Optional;

/** James' dispatcher, behind the gate that says which command may come when. */
final class SequencedDispatcher extends CommandDispatcher<SMTPSession> {
    @Override
    protected Request parseRequest(SMTPSession session, byte[] line) {
        String text = JamesSession.utf8(line).strip();
        int space = text.indexOf(' ');
        String verb = (space < 0 ? text : text.substring(0, space)).toUpperCase(Locale.ROOT);
        return new BaseRequest(verb, space < 0 ? "" : text.substring(space + 1).strip());
    }

    @Override
    protected Response dispatchCommandHandlers(SMTPSession session, Request request) {
        Optional<String> refusal =
                CommandSequence.refusal(
                        JamesSession.of(session).talk(),
                        request.getCommand(),
                        request.getArgument());
        return refusal.isPresent()
                ? JamesReplies.of(refusal.get())
                : super.dispatchCommandHandlers(session, request);
    }
}
