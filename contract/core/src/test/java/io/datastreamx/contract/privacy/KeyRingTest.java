package io.datastreamx.contract.privacy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.junit.jupiter.api.Test;

class KeyRingTest {
    private final byte[] first = filled(1);
    private final byte[] second = filled(2);
    private final KeyRing old = new KeyRing("k1", Map.of("k1", first));
    private final KeyRing rotated = new KeyRing("k2", Map.of("k1", first, "k2", second));

    @Test
    void pseudonymsAreStableWithinAKeyAndDifferBetweenKeys() {
        assertEquals(32, old.pseudonym("box-1").length());
        assertEquals(old.pseudonym("box-1"), new KeyRing("k1", Map.of("k1", first)).pseudonym("box-1"));
        assertNotEquals(old.pseudonym("box-1"), old.pseudonym("box-2"));
        assertNotEquals(old.pseudonym("box-1"), rotated.pseudonym("box-1"));
    }

    @Test
    void sealedBytesOpenAfterARotationAndOnlyUnchanged() {
        byte[] sealed = old.seal(new byte[] {1, 2, 3});
        assertArrayEquals(new byte[] {1, 2, 3}, rotated.open("k1", sealed));
        sealed[sealed.length - 1] ^= 1;
        assertThrows(IllegalArgumentException.class, () -> rotated.open("k1", sealed));
        assertThrows(IllegalArgumentException.class, () -> old.open("k9", sealed));
    }

    private static byte[] filled(int value) {
        byte[] bytes = new byte[32];
        java.util.Arrays.fill(bytes, (byte) value);
        return bytes;
    }
}
