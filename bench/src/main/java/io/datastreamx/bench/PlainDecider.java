package io.datastreamx.bench;

import io.datastreamx.bench.peers.deciding.DecidingRun;
import io.datastreamx.contract.event.Topic;
import io.datastreamx.kafka.KafkaClients;
import io.datastreamx.ml.policy.PolicySnapshot;
import io.datastreamx.ml.policy.RequestDecider;
import io.datastreamx.process.Application;
import io.datastreamx.process.ExitCode;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The least that decisions need: one thread that polls, decides and sends. It remembers nothing. */
final class PlainDecider {
    private PlainDecider() {}

    public static void main(String[] args) {
        Application.run("plain-decider", application -> {
            DecidingRun run = DecidingRun.of(args);
            PolicySnapshot snapshot = run.snapshot();
            KafkaClients clients = KafkaClients.plaintext(run.bootstrapServers(), run.name());
            RequestDecider decider = new RequestDecider(DecidingRun.CURRENCY);
            try (Consumer<byte[], byte[]> requests = clients.reader("requests", Topic.AD_REQUESTS.topicName());
                    Producer<byte[], byte[]> decisions = clients.writer("decisions")) {
                requests.seekToEnd(requests.assignment());
                requests.assignment().forEach(requests::position);
                application.ready("plain-decider");
                while (!application.stop().isRaised()) {
                    for (ConsumerRecord<byte[], byte[]> request : requests.poll(Duration.ofMillis(100))) {
                        Instant arrival = Instant.ofEpochMilli(request.timestamp());
                        decider.decide(request.value(), arrival, Instant.now(), snapshot)
                                .ifPresent(decision -> decisions.send(new ProducerRecord<>(
                                        Topic.AD_DECISIONS.topicName(), decision.key(), decision.value())));
                    }
                }
            }
            return ExitCode.OK;
        });
    }
}
