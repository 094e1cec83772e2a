package io.datastreamx.dataproc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A job under its id, as calls of the API that it belongs to. */
sealed interface Workload permits Workload.Batch, Workload.ClusterJob {
    /** How far it is. */
    enum Phase {
        UNDER_WAY,
        SUCCEEDED,
        /** Failed or cancelled: a retry deletes it first. */
        ENDED_BADLY
    }

    /** What Google says of it. */
    record Status(String state, Phase phase, String message) {}

    String id();

    Call create();

    Call get();

    Call delete();

    /** @param current the answer to {@link #get} */
    Call cancel(JsonNode current);

    Status status(JsonNode current);

    /** Where an operator sees it. */
    String page();

    private static Phase phase(String state, String succeeded) {
        if (state.equals(succeeded)) {
            return Phase.SUCCEEDED;
        }
        return switch (state) {
            case "FAILED", "ERROR", "CANCELLED" -> Phase.ENDED_BADLY;
            default -> Phase.UNDER_WAY;
        };
    }

    /** A batch of Dataproc Serverless. */
    record Batch(String api, Environment environment, String id, ObjectNode body) implements Workload {
        private String batches() {
            return api + "/v1/projects/" + environment.project() + "/locations/" + environment.region() + "/batches";
        }

        @Override
        public Call create() {
            return Call.post(batches() + "?batchId=" + id, Bodies.text(body));
        }

        @Override
        public Call get() {
            return Call.get(batches() + "/" + id);
        }

        @Override
        public Call delete() {
            return Call.delete(batches() + "/" + id);
        }

        /** A batch is cancelled through the operation that creates it. */
        @Override
        public Call cancel(JsonNode current) {
            return Call.post(api + "/v1/" + current.path("operation").asText() + ":cancel", "{}");
        }

        @Override
        public Status status(JsonNode current) {
            String state = current.path("state").asText("STATE_UNSPECIFIED");
            return new Status(
                    state,
                    phase(state, "SUCCEEDED"),
                    current.path("stateMessage").asText());
        }

        @Override
        public String page() {
            return "https://console.cloud.google.com/dataproc/batches/" + environment.region() + "/" + id + "?project="
                    + environment.project();
        }
    }

    /** A job on a cluster. */
    record ClusterJob(String api, Environment environment, String id, ObjectNode body) implements Workload {
        private String jobs() {
            return api + "/v1/projects/" + environment.project() + "/regions/" + environment.region() + "/jobs";
        }

        @Override
        public Call create() {
            ObjectNode job = body.deepCopy();
            job.putObject("reference").put("projectId", environment.project()).put("jobId", id);
            ObjectNode request = Bodies.JSON.createObjectNode();
            request.set("job", job);
            return Call.post(jobs() + ":submit", Bodies.text(request));
        }

        @Override
        public Call get() {
            return Call.get(jobs() + "/" + id);
        }

        @Override
        public Call delete() {
            return Call.delete(jobs() + "/" + id);
        }

        @Override
        public Call cancel(JsonNode current) {
            return Call.post(jobs() + "/" + id + ":cancel", "{}");
        }

        @Override
        public Status status(JsonNode current) {
            JsonNode status = current.path("status");
            String state = status.path("state").asText("STATE_UNSPECIFIED");
            return new Status(
                    state, phase(state, "DONE"), status.path("details").asText());
        }

        @Override
        public String page() {
            return "https://console.cloud.google.com/dataproc/jobs/" + id + "?region=" + environment.region()
                    + "&project=" + environment.project();
        }
    }
}
