package io.datastreamx.speed.routing;

import io.datastreamx.contract.event.Topic;
import io.datastreamx.kafka.KafkaClients;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says how many partitions {@code ad-requests} has, without ever waiting for the broker: it is asked every
 * {@link #INTERVAL}, and while it does not answer the last answer holds. One thread at a time.
 */
final class PartitionWatch implements AutoCloseable {
    static final Duration INTERVAL = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(PartitionWatch.class);

    private final Admin admin;
    private int partitions;
    private KafkaFuture<TopicDescription> question;
    private long nextQuestion = System.nanoTime();

    /** @param partitions how many there are to begin with */
    PartitionWatch(KafkaClients kafka, int partitions) {
        this.admin = kafka.admin("partitions");
        this.partitions = partitions;
    }

    int partitions() {
        if (question != null && question.isDone()) {
            take(question);
            question = null;
        }
        if (question == null && System.nanoTime() - nextQuestion >= 0) {
            nextQuestion = System.nanoTime() + INTERVAL.toNanos();
            String topic = Topic.AD_REQUESTS.topicName();
            question = admin.describeTopics(List.of(topic)).topicNameValues().get(topic);
        }
        return partitions;
    }

    private void take(KafkaFuture<TopicDescription> answer) {
        try {
            partitions = answer.getNow(null).partitions().size();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | CompletionException | CancellationException e) {
            LOG.debug("the broker did not say how many partitions there are", e);
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }
}
