package io.datastreamx.dataproc;

/**
 * One request to Google.
 *
 * @param url whole, with query
 * @param body JSON; empty for none
 */
record Call(String method, String url, String body) {
    static Call get(String url) {
        return new Call("GET", url, "");
    }

    static Call delete(String url) {
        return new Call("DELETE", url, "");
    }

    static Call post(String url, String body) {
        return new Call("POST", url, body);
    }

    /** As {@code --dry-run} prints it. */
    String text() {
        return method + " " + url + (body.isEmpty() ? "" : System.lineSeparator() + body);
    }
}
