package facteur.mta.routing;

import facteur.config.unit.Network;
import facteur.config.yaml.ShippedFile;

import java.net.InetAddress;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The special-purpose address registries, as data.
 *
 * @param date when the registries read so
 * @param blocks longest prefix first
 */
record SpecialAddresses(LocalDate date, List<Block> blocks) {
    private static final String FILE = "special-addresses.txt";

    /**
     * @param reachable whether a stranger's mail host may be there
     */
    record Block(Network network, boolean reachable) {}

    SpecialAddresses {
        blocks =
                blocks.stream()
                        .sorted(Comparator.comparingInt(block -> -block.network().prefix()))
                        .toList();
    }

    /** Those that come with this version. */
    static SpecialAddresses shipped() {
        return parse(ShippedFile.text(SpecialAddresses.class, FILE));
    }

    static SpecialAddresses parse(String text) {
        LocalDate date = LocalDate.EPOCH;
        List<Block> blocks = new ArrayList<>();
        for (String line : text.lines().toList()) {
            String[] words = line.strip().split("\\s+", 3);
            if (words[0].isEmpty() || words[0].startsWith("#")) {
                continue;
            }
            if (words[0].equals("date")) {
                date = LocalDate.parse(words[1]);
                continue;
            }
            Network network =
                    Network.parse(words[0])
                            .orElseThrow(() -> new IllegalArgumentException("block: " + line));
            blocks.add(
                    new Block(
                            network,
                            switch (words[1]) {
                                case "yes" -> true;
                                case "no" -> false;
                                default -> throw new IllegalArgumentException("yes or no: " + line);
                            }));
        }
        return new SpecialAddresses(date, blocks);
    }

    /** Whether the address is that of a host on the public Internet. */
    boolean isGlobalUnicast(InetAddress address) {
        byte[] octets = address.getAddress();
        return blocks.stream()
                .filter(block -> block.network().contains(octets))
                .findFirst()
                .map(Block::reachable)
                .orElse(true);
    }
}
