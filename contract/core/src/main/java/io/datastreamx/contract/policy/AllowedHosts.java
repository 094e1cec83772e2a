package io.datastreamx.contract.policy;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The hosts that a policy allows to be called, so that neither a slip of the pen nor whoever can name an endpoint makes
 * our own network answer. Each entry is a host, {@code bid.acme.example}, or all below a domain,
 * {@code *.acme.example}; with {@code http://} before it, it may be called without TLS as well, and may lie in a
 * network of our own.
 */
public final class AllowedHosts {
    /** What follows the scheme. */
    private static final Pattern HOST =
            Pattern.compile("(?:\\*\\.)?[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\\[[0-9a-f:.]{2,45}]");

    private static final String PLAIN = "http://";
    private static final String SECURE = "https://";
    /** They hand out the keys of the machine that asks. */
    private static final List<String> METADATA = List.of("metadata.google.internal", "metadata", "metadata.goog");

    private final List<String> entries;

    /** @param entries as in {@link #checked} */
    AllowedHosts(List<String> entries) {
        this.entries = entries;
    }

    /**
     * Entries in small letters, each once, in order.
     *
     * @throws IllegalArgumentException naming the entry that is none
     */
    static List<String> checked(List<String> entries) {
        TreeSet<String> all = new TreeSet<>();
        for (String entry : entries) {
            String small = entry == null ? "" : entry.toLowerCase(Locale.ROOT);
            String host = small.startsWith(SECURE) ? small.substring(SECURE.length()) : small;
            if (!HOST.matcher(withoutScheme(host)).matches()) {
                throw new IllegalArgumentException("allowed_hosts: " + entry
                        + " is neither a host, such as bid.acme.example or *.acme.example, nor one after http://");
            }
            all.add(host);
        }
        return List.copyOf(all);
    }

    /** The entry that allows just what an endpoint needs. @param endpoint as {@link AggregatorTerms#endpoint} */
    public static String entryFor(String endpoint) {
        URI uri = URI.create(endpoint);
        return (uri.getScheme().equals("http") ? PLAIN : "") + host(uri);
    }

    /** Why an endpoint may not be called; empty where it may. @param endpoint as {@link AggregatorTerms#endpoint} */
    public Optional<String> refusal(String endpoint) {
        URI uri = URI.create(endpoint);
        String host = host(uri);
        if (METADATA.contains(host)) {
            return Optional.of(host + " is no aggregator, but hands out keys of the machine that asks");
        }
        List<String> matching = entries.stream()
                .filter(entry -> covers(withoutScheme(entry), host))
                .toList();
        if (matching.isEmpty()) {
            return Optional.of("its host " + host + " is not among allowed_hosts " + entries
                    + "; to allow it: dsx policy allow " + entryFor(endpoint));
        }
        return uri.getScheme().equals("https") || matching.stream().anyMatch(AllowedHosts::isPlain)
                ? Optional.empty()
                : Optional.of("it is not https, and without TLS " + host
                        + " is not allowed; to allow it: dsx policy allow " + PLAIN + host);
    }

    /** Whether an endpoint may lie in a network of our own. */
    public boolean mayBePrivate(String endpoint) {
        String host = host(URI.create(endpoint));
        return entries.stream().anyMatch(entry -> isPlain(entry) && covers(withoutScheme(entry), host));
    }

    private static String host(URI uri) {
        return uri.getHost().toLowerCase(Locale.ROOT);
    }

    private static boolean isPlain(String entry) {
        return entry.startsWith(PLAIN);
    }

    private static String withoutScheme(String entry) {
        return isPlain(entry) ? entry.substring(PLAIN.length()) : entry;
    }

    private static boolean covers(String pattern, String host) {
        return pattern.startsWith("*.") ? host.endsWith(pattern.substring(1)) : host.equals(pattern);
    }
}
