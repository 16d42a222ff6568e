package facteur.message.control;

import facteur.message.jackson.JsonLeaves;
import facteur.message.jackson.JsonLeaves.Leaf;

import java.util.List;
import java.util.Optional;

/** The two vendors whose header field is a whole JSON request. */
final class VendorJson {
    private VendorJson() {}

    /** SendGrid's X-SMTPAPI. */
    static void sendGrid(String value, ControlValues into) {
        for (Leaf leaf : leaves("X-SMTPAPI", value, into)) {
            String key = String.join("/", leaf.path());
            switch (key) {
                case "category" -> into.tag(leaf.value());
                case "filters/opentrack/settings/enable" ->
                        into.opens(ControlValues.isYes(leaf.value()));
                case "filters/clicktrack/settings/enable" ->
                        into.clicks(ControlValues.isYes(leaf.value()));
                default -> {
                    if (leaf.path().size() == 2 && leaf.path().getFirst().equals("unique_args")) {
                        into.entry(leaf.path().getLast(), leaf.value());
                    }
                }
            }
        }
    }

    /** SparkPost's X-MSYS-API. */
    static void sparkPost(String value, ControlValues into) {
        for (Leaf leaf : leaves("X-MSYS-API", value, into)) {
            String key = String.join("/", leaf.path());
            boolean yes = ControlValues.isYes(leaf.value());
            switch (key) {
                case "campaign_id" -> into.campaign(leaf.value());
                case "tags" -> into.tag(leaf.value());
                case "options/open_tracking" -> into.opens(yes);
                case "options/click_tracking" -> into.clicks(yes);
                case "options/transactional" -> into.urgent |= yes;
                default -> {
                    if (leaf.path().size() == 2 && leaf.path().getFirst().equals("metadata")) {
                        into.entry(leaf.path().getLast(), leaf.value());
                    }
                }
            }
        }
    }

    private static List<Leaf> leaves(String field, String value, ControlValues into) {
        Optional<List<Leaf>> leaves = JsonLeaves.of(value);
        if (leaves.isEmpty()) {
            into.note(HeaderNote.NOT_JSON, field);
        }
        return leaves.orElse(List.of());
    }
}
