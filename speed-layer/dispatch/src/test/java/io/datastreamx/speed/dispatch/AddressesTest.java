package io.datastreamx.speed.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which addresses are called. */
class AddressesTest {
    @ParameterizedTest
    @CsvSource({
        // address, refused, refused where it may be private
        "8.8.8.8, false, false",
        "2001:4860:4860::8888, false, false",
        "127.0.0.1, true, false",
        "::1, true, false",
        "::ffff:127.0.0.1, true, false",
        "10.0.0.1, true, false",
        "172.16.3.4, true, false",
        "192.168.1.1, true, false",
        "100.64.0.1, true, false",
        "fc00::1, true, false",
        "169.254.169.254, true, true",
        "::ffff:169.254.169.254, true, true",
        "fe80::1, true, true",
        "fd00:ec2::254, true, true",
        "0.0.0.0, true, true",
        "224.0.0.1, true, true",
        "localhost, true, false",
        "no-such-host.invalid, false, false"
    })
    void onlyWhatIsAllowedIsCalled(String host, boolean refused, boolean refusedThoughPrivate) {
        assertEquals(refused, Addresses.refusal(host, false).isPresent());
        assertEquals(refusedThoughPrivate, Addresses.refusal(host, true).isPresent());
    }
}
