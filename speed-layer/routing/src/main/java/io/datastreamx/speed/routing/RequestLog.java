package io.datastreamx.speed.routing;

import io.datastreamx.contract.event.Topic;
import io.datastreamx.kafka.KafkaClients;
import io.datastreamx.kafka.KafkaFailure;
import io.datastreamx.lake.LakeFiles;
import io.datastreamx.process.Notice;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

/**
 * Which log of {@code ad-requests} a checkpoint belongs to. Of a topic that was made anew, or of a broker whose folder
 * was lost, its offsets mean nothing: a router would wait for them, or end at each of its starts.
 */
final class RequestLog {
    private final LakeFiles files;
    private final String checkpoint;

    /** @param checkpoint of the query */
    RequestLog(LakeFiles files, String checkpoint) {
        this.files = files;
        this.checkpoint = checkpoint;
    }

    /**
     * Sets a checkpoint of another log aside, under a new name; the router then begins with the requests to come.
     *
     * @throws IllegalStateException where the broker does not answer
     */
    void keepTo(KafkaClients kafka) {
        String now = identity(kafka);
        String file = checkpoint + ".log";
        if (files.exists(file) && files.exists(checkpoint)) {
            String known = new String(files.read(file), StandardCharsets.UTF_8).strip();
            if (!known.equals(now)) {
                files.renameFolder(
                        checkpoint,
                        checkpoint + "-of-another-log-" + Instant.now().toEpochMilli());
                Notice.tell(
                        "ad-requests is not the topic that was read so far, but a new one of the same name: the router begins with the requests to come");
            }
        }
        files.write(file, now.getBytes(StandardCharsets.UTF_8));
    }

    private static String identity(KafkaClients kafka) {
        String topic = Topic.AD_REQUESTS.topicName();
        try (Admin admin = kafka.admin("request-log")) {
            String cluster = admin.describeCluster().clusterId().get();
            return cluster + " "
                    + admin.describeTopics(List.of(topic))
                            .allTopicNames()
                            .get()
                            .get(topic)
                            .topicId();
        } catch (ExecutionException | KafkaException e) {
            throw KafkaFailure.explain(
                    kafka.kafka(), e, "cannot look up " + topic + " at " + kafka.kafka() + "; is the broker up?");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while looking up " + topic, e);
        }
    }
}
