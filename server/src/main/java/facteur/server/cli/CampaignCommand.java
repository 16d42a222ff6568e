package facteur.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import tools.jackson.databind.JsonNode;

import java.io.IOException;

/** Campaigns. */
@Command(name = "campaign", description = "Campaigns and their figures.")
final class CampaignCommand {
    static final java.util.List<Class<?>> VERBS = java.util.List.of(List.class, Show.class);

    @Command(name = "list", description = "Campaigns, the newest first.")
    static final class List extends ListCommand {
        @Option(
                names = "--search",
                paramLabel = "TEXT",
                defaultValue = "",
                description = "part of name, subject or sender")
        private String search = "";

        @Option(
                names = "--from",
                paramLabel = "DAY",
                defaultValue = "",
                description = "sent on that day, such as 2026-11-24, or later")
        private String from = "";

        @Option(
                names = "--until",
                paramLabel = "DAY",
                defaultValue = "",
                description = "sent on that day or before")
        private String until = "";

        @Option(names = "--tag", paramLabel = "TAG", defaultValue = "")
        private String tag = "";

        @Option(names = "--sender-domain", paramLabel = "DOMAIN", defaultValue = "")
        private String senderDomain = "";

        @Option(
                names = "--sort",
                defaultValue = "",
                description = "newest, name, recipients, delivery, open, click or bounce")
        private String sort = "";

        @Override
        ApiQuery query() {
            return ApiQuery.of("/campaigns")
                    .with("q", search)
                    .with("from", from)
                    .with("until", until)
                    .with("tag", tag)
                    .with("sender_domain", senderDomain)
                    .with("sort", sort);
        }

        @Override
        java.util.List<String> rowColumns() {
            return JsonTable.columns(
                    "id name recipients=figures.recipients delivered=figures.counts.delivered"
                            + " opened=figures.counts.openers clicked=figures.counts.clickers"
                            + " hard=figures.counts.hard soft=figures.counts.soft last_sent"
                            + " subject");
        }
    }

    @Command(name = "show", description = "One campaign.")
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
