package facteur.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.admin.control.Alerts.Alert;
import facteur.admin.control.Alerts.Kind;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;

class AlertsTest {
    @TempDir private Path directory;

    @Test
    void alerts_stand_above_every_page_for_those_who_can_do_something() throws Exception {
        try (House house = House.open(directory, 0);
                Browser admin = Browser.loggedIn(house, "fr")) {
            assertTrue(admin.page("/campaigns").select(".alert").isEmpty());
            house.alerts.add(
                    Alert.of(
                            Kind.REFUSAL_JUMP,
                            "gmail.com",
                            "550 <script>alert(1)</script> user unknown",
                            41));
            house.alerts.add(Alert.of(Kind.ROBOT_RULES_OLD, "eop", "2026-01-01", 0));
            for (String path : List.of("/campaigns", "/contacts", "/queue", "/settings", "/help")) {
                var alerts = admin.page(path).select(".alert");
                assertEquals(2, alerts.size(), path);
                assertTrue(alerts.getFirst().hasClass("critical"), path);
                assertTrue(alerts.getFirst().text().contains("gmail.com refuse soudain"), path);
                assertTrue(alerts.select("script").isEmpty(), path);
            }
            assertTrue(admin.get("/api/v1/alerts").body().contains("\"refusal_jump\""));
            String password = admin.makeAccount("vera", "viewer");
            try (Browser viewer = new Browser(house.url(), "en")) {
                viewer.login("vera", password);
                assertTrue(viewer.page("/campaigns").select(".alert").isEmpty());
                assertEquals(403, viewer.get("/api/v1/alerts").statusCode());
                assertFalse(viewer.page("/help").text().contains("suddenly refuses"));
            }
        }
    }
}
