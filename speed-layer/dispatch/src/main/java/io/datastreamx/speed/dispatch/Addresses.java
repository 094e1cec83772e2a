package io.datastreamx.speed.dispatch;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;

/** Where a name leads: others must not make us call what only we can reach. */
final class Addresses {
    private Addresses() {}

    /**
     * Why a host may not be called; empty where it may, or where it has no address, which whoever calls it finds out.
     *
     * @param mayBePrivate whether it may lie in a network of our own. Addresses of a link, where clouds hand out keys,
     *     are refused even then
     */
    static Optional<String> refusal(String host, boolean mayBePrivate) {
        try {
            return Arrays.stream(InetAddress.getAllByName(host))
                    .filter(address -> mayBePrivate ? isOfALink(address) : !isPublic(address))
                    .findFirst()
                    .map(address -> "an address that " + (mayBePrivate ? "is of a link" : "is not public"));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    private static boolean isOfALink(InetAddress address) {
        byte[] bytes = address.getAddress();
        // fd00:ec2::254 is such an address in the disguise of a private one.
        boolean disguised =
                bytes.length == 16 && bytes[0] == (byte) 0xfd && bytes[2] == 0x0e && bytes[3] == (byte) 0xc2;
        return address.isAnyLocalAddress() || address.isLinkLocalAddress() || address.isMulticastAddress() || disguised;
    }

    private static boolean isPublic(InetAddress address) {
        byte[] bytes = address.getAddress();
        boolean uniqueLocal = address instanceof Inet6Address && (bytes[0] & 0xfe) == 0xfc;
        boolean carrierGrade = bytes.length == 4 && bytes[0] == 100 && (bytes[1] & 0xc0) == 64;
        return !(isOfALink(address)
                || address.isLoopbackAddress()
                || address.isSiteLocalAddress()
                || uniqueLocal
                || carrierGrade);
    }
}
