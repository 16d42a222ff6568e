package facteur.server;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.List;

class MountsTest {
    private static final Mounts MOUNTS =
            new Mounts(
                    List.of(
                            "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw",
                            "40 22 0:35 / /tmp rw,nosuid,nodev,noexec shared:18 - tmpfs tmpfs rw",
                            "41 22 0:36 / /srv ro,relatime shared:19 - ext4 /dev/sdb rw",
                            "42 41 0:37 / /srv/data rw,relatime shared:20 - ext4 /dev/sdc rw",
                            "43 22 0:38 / /mnt/a\\040disk rw,noexec shared:21 - ext4 /dev/sdd rw"));

    @Test
    void the_nearest_mount_says_whether_anything_runs_from_there() {
        assertFalse(MOUNTS.isForbidden(Path.of("/var/lib/facteur")));
        assertTrue(MOUNTS.isForbidden(Path.of("/tmp")));
        assertTrue(MOUNTS.isForbidden(Path.of("/tmp/below")));
        assertFalse(MOUNTS.isForbidden(Path.of("/tmpfs")));
        assertTrue(MOUNTS.isForbidden(Path.of("/srv")));
        assertFalse(MOUNTS.isForbidden(Path.of("/srv/data/facteur")));
        assertTrue(MOUNTS.isForbidden(Path.of("/mnt/a disk/facteur")));
    }

    @Test
    void where_the_system_tells_nothing_nothing_is_forbidden() {
        assertFalse(new Mounts(List.of()).isForbidden(Path.of("/tmp")));
    }
}
