package facteur.server.cli;

/** A path of the API with the parameters that were given. */
record ApiQuery(String text) {
    static ApiQuery of(String path) {
        return new ApiQuery(path);
    }

    /** With a parameter; an empty one is left out. */
    ApiQuery with(String name, String value) {
        return value.isEmpty()
                ? this
                : new ApiQuery(
                        text
                                + (text.indexOf('?') < 0 ? '?' : '&')
                                + name
                                + '='
                                + ApiClient.part(value));
    }

    ApiQuery with(String name, boolean on) {
        return on ? with(name, "1") : this;
    }

    @Override
    public String toString() {
        return text;
    }
}
