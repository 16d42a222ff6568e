package facteur.mail.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class NumbersTest {
    @Test
    void numbers_sort_by_tenant_and_are_counts_in_the_main_one() {
        Tenant shop = new Tenant(7);
        assertEquals(42, Numbers.of(Tenant.MAIN, 0, 42));
        assertTrue(Numbers.of(Tenant.MAIN, 255, 1L << 39) < Numbers.of(shop, 0, 0));
        assertTrue(Numbers.of(new Tenant(Tenant.MAX), 255, 1) > 0);
        assertEquals(shop, Numbers.tenant(Numbers.of(shop, 200, 9)));
        assertTrue(Numbers.isNone(Numbers.of(shop, 200, 0)));
        assertThrows(IllegalArgumentException.class, () -> Numbers.of(shop, 256, 1));
        assertThrows(IllegalArgumentException.class, () -> Numbers.of(shop, 0, 1L << 40));
        assertThrows(IllegalArgumentException.class, () -> new Tenant(Tenant.MAX + 1));
    }
}
