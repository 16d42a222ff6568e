package facteur.message.render;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;

import facteur.mail.message.Content;
import facteur.mail.message.Tracking;

import java.io.IOException;

/** Any octets as a message: mapped, rendered for a reader, and rendered without tracking. */
class MimeFuzz {
    @FuzzTest(maxExecutions = 1_000_000, maxDuration = "10m")
    void any_octets_have_a_copy_that_differs_only_where_it_says(byte[] message) throws IOException {
        Content content = Content.of(message);
        MimeMap map = MimeMap.of(content);
        String body = Fixture.latin(message).substring(map.header().length());
        RenderedCopy tracked = Rendering.render(content, map, Fixture.copy(Tracking.FULL));
        byte[] copy = Fixture.octets(tracked.content());
        assertEquals(tracked.content().size(), copy.length, "as long as it says");
        if (tracked.notTracked().isPresent()) {
            assertTrue(Fixture.latin(copy).endsWith(body), "untracked, and yet changed");
        }
        RenderedCopy off = Rendering.render(content, map, Fixture.copy(Tracking.OFF));
        if (!body.contains("{{") && !body.contains("e3") && !body.contains("=7B")) {
            // Placeholders, which are taken out all the same, are not in it in any encoding.
            assertTrue(Fixture.latin(Fixture.octets(off.content())).endsWith(body), "switched off");
        }
    }
}
