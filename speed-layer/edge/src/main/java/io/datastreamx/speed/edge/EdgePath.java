package io.datastreamx.speed.edge;

import java.util.Arrays;
import java.util.Optional;

/** What can be asked for. */
enum EdgePath {
    EVENTS("POST", "/v1/events"),
    AD_REQUESTS("POST", "/v1/ad-requests"),
    ADS("GET", "/v1/ads"),
    OPENAPI("GET", "/v1/openapi.yaml"),
    HEALTH("GET", "/health"),
    READY("GET", "/ready");

    private final String method;
    private final String path;

    EdgePath(String method, String path) {
        this.method = method;
        this.path = path;
    }

    String method() {
        return method;
    }

    String path() {
        return path;
    }

    static Optional<EdgePath> of(String path) {
        return Arrays.stream(values()).filter(known -> known.path.equals(path)).findFirst();
    }
}
