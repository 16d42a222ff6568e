package facteur.server.cli;

/** Exit statuses of sysexits.h, as callers of sendmail expect them. */
final class SystemExit {
    static final int OK = 0;
    static final int USAGE = 64;
    static final int BAD_DATA = 65;
    static final int UNAVAILABLE = 69;
    static final int TRY_AGAIN = 75;

    private SystemExit() {}
}
