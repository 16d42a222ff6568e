package facteur.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

import tools.jackson.databind.JsonNode;

import java.io.IOException;

/** Campaigns. */
@Command(
        name = "campaign",
        description = "Campaigns and their figures.",
        mixinStandardHelpOptions = true,
        subcommands = {CampaignCommand.List.class, CampaignCommand.Show.class})
final class CampaignCommand {
    @Command(name = "list", description = "Every campaign.", mixinStandardHelpOptions = true)
    static final class List extends ApiCommand {
        @Override
        JsonNode ask(ApiClient server) throws IOException {
            return server.get("/campaigns");
        }
    }

    @Command(name = "show", description = "One campaign.", mixinStandardHelpOptions = true)
    static final class Show extends ApiCommand {
        @Parameters(
                paramLabel = "CAMPAIGN",
                description = "its name, or id:NUMBER; name:id:X for the name id:X")
        private String campaign = "";

        @Override
        JsonNode ask(ApiClient server) throws IOException {
            return server.get("/campaigns/" + ApiClient.part(campaign));
        }
    }
}
