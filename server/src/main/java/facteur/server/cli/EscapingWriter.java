package facteur.server.cli;

import facteur.mail.text.Escaped;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.Writer;

/** A terminal obeys what it is sent: whatever a command prints reaches it without controls. */
final class EscapingWriter extends FilterWriter {
    EscapingWriter(Writer out) {
        super(out);
    }

    @Override
    public void write(int unit) throws IOException {
        write(String.valueOf((char) unit));
    }

    @Override
    public void write(char[] units, int from, int length) throws IOException {
        write(new String(units, from, length));
    }

    @Override
    public void write(String text, int from, int length) throws IOException {
        out.write(Escaped.lines(text.substring(from, from + length)));
    }
}
