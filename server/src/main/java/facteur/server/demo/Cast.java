package facteur.server.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The recipients of the demonstration: real-looking names at the laboratory's providers. The first
 * word of a name decides what happens to it.
 */
final class Cast {
    private static final List<String> NAMES =
            List.of(
                    "anne.martin",
                    "bruno.petit",
                    "camille.durand",
                    "denis.leroy",
                    "elise.moreau",
                    "fabien.simon",
                    "gaelle.laurent",
                    "hugo.lefebvre",
                    "ines.michel",
                    "julien.garcia",
                    "karine.david",
                    "louis.bertrand",
                    "manon.roux",
                    "nicolas.vincent",
                    "oceane.fournier",
                    "paul.morel",
                    "quentin.girard",
                    "rose.andre",
                    "simon.lefevre",
                    "theo.mercier",
                    "ursule.dupont",
                    "victor.lambert",
                    "william.bonnet",
                    "xavier.francois",
                    "yasmine.martinez",
                    "zoe.legrand",
                    "alice.garnier",
                    "benoit.faure",
                    "clara.rousseau",
                    "david.blanc");
    private static final List<String> PROVIDERS =
            List.of("gmail", "outlook", "orange", "yahoo", "apple", "gmx");

    /** A fate, and how many share it among two hundred. */
    private record Fate(String prefix, int count) {}

    private static final List<Fate> FATES =
            List.of(
                    new Fate("ok.", 136),
                    new Fate("unknown.", 13),
                    new Fate("spam.", 6),
                    new Fate("overquota.", 4),
                    new Fate("deferonce.", 12),
                    new Fate("greylist.", 6),
                    new Fate("full.", 6),
                    new Fate("bounce.", 6),
                    new Fate("complain.", 4),
                    new Fate("autoreply.", 3));

    private Cast() {}

    /**
     * Two hundred addresses, shuffled, the same each time; three of them at a domain that takes no
     * mail, and one for whom Yahoo finds it too much and takes nobody's for a while.
     */
    static List<String> recipients() {
        List<String> all = new ArrayList<>();
        int number = 0;
        for (Fate fate : FATES) {
            for (int i = 0; i < fate.count(); i++, number++) {
                String name = NAMES.get(number % NAMES.size());
                all.add(
                        fate.prefix()
                                + name
                                + number
                                + "@"
                                + PROVIDERS.get(number % PROVIDERS.size())
                                + ".lab");
            }
        }
        all.add("overload.marc.olivier@yahoo.lab");
        while (all.size() < 200) {
            all.add("info" + all.size() + "@nullmx.lab");
        }
        java.util.Collections.shuffle(all, new Random(7));
        return all;
    }
}
