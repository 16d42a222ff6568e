package facteur.server.laboratory;

import facteur.server.cli.MoreCommands;

import java.util.List;

/** Found where the laboratory is on the class path. */
public final class LaboratoryCommands implements MoreCommands {
    /** ServiceLoader makes it. */
    public LaboratoryCommands() {}

    @Override
    public List<Class<?>> commands() {
        return List.of(DemoCommand.class, LabCommand.class);
    }
}
