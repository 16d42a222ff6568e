package facteur.mta.reception.james;

import facteur.mta.reception.Gate;

import org.apache.james.protocols.api.BaseRequest;
import org.apache.james.protocols.api.Request;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.api.handler.CommandDispatcher;
import org.apache.james.protocols.smtp.SMTPSession;

import java.util.Optional;

/** James' dispatcher, behind the gate that says which command may come when. */
final class Dispatcher extends CommandDispatcher<SMTPSession> {
    @Override
    protected Request parseRequest(SMTPSession session, byte[] line) {
        String text = Session.utf8(line).strip();
        int space = text.indexOf(' ');
        return space < 0
                ? new BaseRequest(text, "")
                : new BaseRequest(text.substring(0, space), text.substring(space + 1).strip());
    }

    @Override
    protected Response dispatchCommandHandlers(SMTPSession session, Request request) {
        Optional<String> refusal =
                Gate.refusal(
                        Session.of(session).talk(), request.getCommand(), request.getArgument());
        return refusal.isPresent()
                ? Answers.of(refusal.get())
                : super.dispatchCommandHandlers(session, request);
    }
}
