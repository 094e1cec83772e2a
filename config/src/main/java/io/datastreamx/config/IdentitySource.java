package io.datastreamx.config;

/** By what the serving layer makes sure who asks. */
public enum IdentitySource {
    /** By nothing: on the loopback address only. */
    OPEN,
    /** By tokens that {@code dsx token create} signs with a key of the home. */
    TOKENS,
    /** By tokens of an OpenID Connect issuer. */
    OIDC,
    /** By the assertion of Google Cloud's Identity-Aware Proxy. */
    IAP
}
