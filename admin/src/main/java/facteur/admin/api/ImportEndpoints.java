package facteur.admin.api;

import facteur.admin.fastcsv.CsvFile;
import facteur.admin.order.SuppressionRows;
import facteur.admin.screen.ScreenContext;
import facteur.admin.web.Response;
import facteur.config.icu.IcuDomains;
import facteur.mail.address.Address;
import facteur.mail.address.AddressParser;
import facteur.mail.event.OperatorEvent;
import facteur.mail.outcome.SuppressionCause;
import facteur.store.query.ImportProgress;
import facteur.store.query.SuppressedAddress;

import java.io.IOException;
import java.io.StringReader;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Imports of suppressions, in parts that mean nothing until they are committed together. Nothing is
 * kept here between two calls: the parts stand in the journal.
 */
final class ImportEndpoints {
    private final ScreenContext screenContext;
    private final AddressParser parser = new AddressParser(new IcuDomains());

    ImportEndpoints(ScreenContext screenContext) {
        this.screenContext = screenContext;
    }

    /** A line that cannot be taken. */
    record BadRow(int row, String problem) {}

    private record Rows(List<OperatorEvent.Imported> good, List<BadRow> bad) {}

    record Staged(int taken) {}

    record Committed(int parts, long rows) {}

    /**
     * What an import would do.
     *
     * @param fresh not suppressed now
     * @param suppressed already
     * @param lifted would stay so: the rows are older than what lifted their addresses
     * @param contacts have been written to before
     * @param rows the good ones of a file, as an import takes them
     */
    record Simulated(
            int fresh,
            int suppressed,
            int lifted,
            int contacts,
            List<BadRow> bad,
            List<Map<String, String>> rows) {}

    /**
     * An import, as far as it came.
     *
     * @param rows once it holds
     */
    record ImportShape(
            String id,
            Instant at,
            String by,
            String why,
            int parts,
            boolean committed,
            OptionalLong rows) {
        static ImportShape of(ImportProgress row) {
            return new ImportShape(
                    "%016x".formatted(row.id()),
                    row.at(),
                    row.operator(),
                    row.why(),
                    row.parts(),
                    row.isCommitted(),
                    row.rows());
        }
    }

    Response list(ApiRequest apiRequest) {
        return ApiRequest.ok(
                new ApiRequest.Items(
                        screenContext.views().suppressions().imports(apiRequest.limit()).stream()
                                .map(ImportShape::of)
                                .toList(),
                        Optional.empty()));
    }

    /** {@code {"part": 0, "rows": [{"address": ..., "cause": ..., ...}]}}. */
    Response stage(ApiRequest apiRequest) throws IOException {
        Map<String, Object> body = apiRequest.body();
        Optional<Long> id = id(apiRequest);
        Optional<Long> part = number(body, "part");
        Rows rows = rows(body);
        if (id.isEmpty()) {
            return noId(apiRequest);
        }
        if (part.isEmpty()) {
            return unfit("part: a number from 0");
        }
        if (!rows.bad().isEmpty()) {
            BadRow first = rows.bad().getFirst();
            return unfit(
                    rows.bad().size() + " bad rows; row " + first.row() + ": " + first.problem());
        }
        if (rows.good().isEmpty() || rows.good().size() > OperatorEvent.ImportStaged.MAX_ROWS) {
            return unfit("rows: a list of 1 to " + OperatorEvent.ImportStaged.MAX_ROWS);
        }
        screenContext
                .orders()
                .stage(apiRequest.by(body), id.get(), Math.toIntExact(part.get()), rows.good());
        return ApiRequest.ok(new Staged(rows.good().size()));
    }

    /** {@code {"parts": 3, "rows": 14000, "why": "..."}}. */
    Response commit(ApiRequest apiRequest) throws IOException {
        Map<String, Object> body = apiRequest.body();
        Optional<Long> id = id(apiRequest);
        Optional<Long> parts = number(body, "parts");
        Optional<Long> rows = number(body, "rows");
        if (id.isEmpty()) {
            return noId(apiRequest);
        }
        if (parts.isEmpty() || rows.isEmpty()) {
            return unfit("parts and rows: how many were sent");
        }
        int staged = screenContext.orders().stagedParts(id.get());
        if (staged != parts.get()) {
            return ApiRequest.problem(
                    409,
                    "Conflict",
                    staged
                            + " parts of this import are here, not "
                            + parts.get()
                            + ": start again");
        }
        screenContext.orders().commit(apiRequest.by(body), id.get(), staged, rows.get());
        return ApiRequest.ok(new Committed(staged, rows.get()));
    }

    /**
     * As {@link #stage}, and nothing is recorded. In place of the rows a part of a CSV file may
     * stand: {@code {"csv": "address,why\\r\\n..."}}.
     */
    Response simulate(ApiRequest apiRequest) throws IOException {
        Map<String, Object> body = apiRequest.body();
        List<Map<String, String>> read = new ArrayList<>();
        if (body.get("csv") instanceof String csv) {
            try {
                SuppressionRows.read(new StringReader(csv), row -> read.add(row.cells()));
            } catch (CsvFile.Endless e) {
                return unfit("csv: " + e.getMessage());
            }
            body = Map.of("rows", read);
        }
        Rows rows = rows(body);
        int suppressed = 0;
        int lifted = 0;
        int contacts = 0;
        for (OperatorEvent.Imported row : rows.good()) {
            Optional<SuppressedAddress> known =
                    screenContext.views().suppressions().find(row.address().key());
            boolean holds = known.filter(it -> !it.holding(apiRequest.now()).isEmpty()).isPresent();
            suppressed += holds ? 1 : 0;
            lifted += !holds && known.filter(it -> isLifted(row, it)).isPresent() ? 1 : 0;
            contacts +=
                    screenContext.views().contacts().find(row.address().key()).isPresent() ? 1 : 0;
        }
        return ApiRequest.ok(
                new Simulated(
                        rows.good().size() - suppressed - lifted,
                        suppressed,
                        lifted,
                        contacts,
                        rows.bad(),
                        good(read, rows.bad())));
    }

    private static boolean isLifted(OperatorEvent.Imported row, SuppressedAddress known) {
        return row.since().filter(at -> !at.isAfter(known.standing().lifted())).isPresent();
    }

    private static List<Map<String, String>> good(
            List<Map<String, String>> rows, List<BadRow> bad) {
        Set<Integer> left = bad.stream().map(BadRow::row).collect(Collectors.toSet());
        return IntStream.range(0, rows.size())
                .filter(row -> !left.contains(row))
                .mapToObj(rows::get)
                .toList();
    }

    private static Response unfit(String why) {
        return ApiRequest.problem(422, "Unprocessable content", why);
    }

    private static Response noId(ApiRequest apiRequest) {
        return unfit(
                apiRequest.part("id") + " is no import: it is 16 hex digits that grow with time");
    }

    private static Optional<Long> id(ApiRequest apiRequest) {
        return Optional.of(apiRequest.part("id"))
                .filter(text -> text.matches("[0-9a-f]{16}"))
                .map(text -> Long.parseUnsignedLong(text, 16))
                .filter(id -> id > 0);
    }

    private static Optional<Long> number(Map<String, Object> body, String name) {
        return body.get(name) instanceof Number number
                        && number.longValue() >= 0
                        && number.longValue() <= Integer.MAX_VALUE
                ? Optional.of(number.longValue())
                : Optional.empty();
    }

    private Rows rows(Map<String, Object> body) {
        Rows rows = new Rows(new ArrayList<>(), new ArrayList<>());
        if (body.get("rows") instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                row(list.get(i), i, rows);
            }
        }
        return rows;
    }

    private void row(Object given, int index, Rows into) {
        if (!(given instanceof Map<?, ?> row)) {
            into.bad().add(new BadRow(index, "not an object"));
            return;
        }
        Optional<Address> address = parser.address(text(row, "address"));
        try {
            if (address.isEmpty()) {
                into.bad().add(new BadRow(index, text(row, "address") + " is not an address"));
            } else if (!ContactEndpoints.isScope(text(row, "scope"))) {
                into.bad()
                        .add(
                                new BadRow(
                                        index,
                                        text(row, "scope")
                                                + " is not a scope: all, campaigns, or"
                                                + " credential:NAME"));
            } else {
                into.good()
                        .add(
                                new OperatorEvent.Imported(
                                        address.get(),
                                        cause(text(row, "cause")),
                                        ContactEndpoints.scope(text(row, "scope")),
                                        time(text(row, "since")),
                                        time(text(row, "expires")),
                                        text(row, "why")));
            }
        } catch (DateTimeParseException e) {
            into.bad().add(new BadRow(index, e.getParsedString() + " is not a time"));
        } catch (IllegalArgumentException e) {
            into.bad().add(new BadRow(index, text(row, "cause") + " is not a cause"));
        }
    }

    private static SuppressionCause cause(String name) {
        return name.isEmpty()
                ? SuppressionCause.MANUAL
                : SuppressionCause.standing().stream()
                        .filter(cause -> cause.key().equals(name.toLowerCase(Locale.ROOT)))
                        .findFirst()
                        .orElseThrow(IllegalArgumentException::new);
    }

    private static Optional<Instant> time(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
    }

    private static String text(Map<?, ?> row, String name) {
        return row.get(name) instanceof String text ? text.strip() : "";
    }
}
