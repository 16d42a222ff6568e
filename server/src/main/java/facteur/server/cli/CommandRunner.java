package facteur.server.cli;

import picocli.CommandLine;

/** The whole command line, for commands that run or describe the others. */
interface CommandRunner {
    /** With the command that is called, or with all of them where none is. */
    CommandLine line(String... words);
}
