package facteur.mta.reception.james;

import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.protocols.api.Request;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.core.UnknownCmdHandler;

/** What is no command; a client who says nothing else is sent away. */
final class UnknownCommand extends UnknownCmdHandler {
    UnknownCommand(MetricFactory metrics) {
        super(metrics);
    }

    @Override
    public Response onCommand(SMTPSession session, Request request) {
        return JamesSession.of(session).isHopeless()
                ? JamesReplies.last("421 4.7.0 too many unknown commands")
                : JamesReplies.of("500 5.5.2 command not recognised");
    }
}
