package facteur.server.cli;

import picocli.CommandLine.IVersionProvider;

/** Says which Facteur on which Java. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = Version.class.getPackage().getImplementationVersion();
        return new String[] {
            "facteur "
                    + (version == null ? "from a build directory" : version)
                    + ", Java "
                    + Runtime.version()
        };
    }
}
