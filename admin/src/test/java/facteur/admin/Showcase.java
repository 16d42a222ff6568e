package facteur.admin;

import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;

/** Runs the admin over a town, to be looked at in a browser: {@code Showcase DIRECTORY PORT}. */
final class Showcase {
    private Showcase() {}

    public static void main(String[] arguments) throws Exception {
        try (House house = House.open(Path.of(arguments[0]), Integer.parseInt(arguments[1]))) {
            if (house.store().views().campaigns().all().isEmpty()) {
                new Town(house.store()).fill(Instant.now());
            }
            System.out.println(house.url());
            new CountDownLatch(1).await();
        }
    }
}
