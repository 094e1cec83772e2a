package io.datastreamx.config;

import java.util.List;

/**
 * Who may ask the serving layer, and how much.
 *
 * @param identity by what it makes sure who asks
 * @param keysFile of the home's own tokens
 * @param issuer whose tokens are believed; empty with {@code iap}: Google's
 * @param audience for whom these tokens must be
 * @param jwksUri where the issuer publishes its keys; empty with {@code iap}: Google's
 * @param roleClaim the claim with the role, where there is no members' file
 * @param aggregatorsClaim the claim with a partner's aggregators, likewise
 * @param membersFile who has which role, as JSON; empty: the token says
 * @param allowedHosts names by which requests may call this server, besides its address and those of this machine
 * @param auditFile who asked what; empty: to the process's log
 * @param requestsPerMinute of one who asks
 * @param questionsAtATime of one who asks
 * @param streams open pages of one who asks
 */
public record AccessSettings(
        IdentitySource identity,
        String keysFile,
        String issuer,
        String audience,
        String jwksUri,
        String roleClaim,
        String aggregatorsClaim,
        String membersFile,
        List<String> allowedHosts,
        String auditFile,
        int requestsPerMinute,
        int questionsAtATime,
        int streams) {
    public AccessSettings {
        allowedHosts = List.copyOf(allowedHosts);
        if (identity == IdentitySource.TOKENS) {
            Allowed.given("datastreamx.serving.access.keys-file", keysFile);
        }
        if (identity == IdentitySource.OIDC) {
            Allowed.given("datastreamx.serving.access.issuer", issuer);
            Allowed.given("datastreamx.serving.access.jwks-uri", jwksUri);
        }
        if (identity == IdentitySource.OIDC || identity == IdentitySource.IAP) {
            Allowed.given("datastreamx.serving.access.audience", audience);
        }
        if (identity == IdentitySource.IAP) {
            Allowed.given("datastreamx.serving.access.members-file", membersFile);
        }
        Allowed.given("datastreamx.serving.access.role-claim", roleClaim);
        Allowed.given("datastreamx.serving.access.aggregators-claim", aggregatorsClaim);
        Allowed.range("datastreamx.serving.access.requests-per-minute", requestsPerMinute, 1, 1_000_000);
        Allowed.range("datastreamx.serving.access.questions-at-a-time", questionsAtATime, 1, 10_000);
        Allowed.range("datastreamx.serving.access.streams", streams, 1, 10_000);
    }

    static AccessSettings of(Values values) {
        return new AccessSettings(
                values.oneOf("identity", IdentitySource.class),
                values.text("keys-file"),
                values.text("issuer"),
                values.text("audience"),
                values.text("jwks-uri"),
                values.text("role-claim"),
                values.text("aggregators-claim"),
                values.text("members-file"),
                values.texts("allowed-hosts"),
                values.text("audit-file"),
                values.whole("requests-per-minute"),
                values.whole("questions-at-a-time"),
                values.whole("streams"));
    }
}
