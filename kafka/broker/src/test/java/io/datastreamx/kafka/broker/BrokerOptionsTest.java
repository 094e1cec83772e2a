package io.datastreamx.kafka.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BrokerOptionsTest {

    @Test
    void portsAreFreeOnesUnlessGiven() {
        assertEquals(
                new BrokerOptions(Path.of("/data/kafka"), 0, 0, Optional.empty()),
                BrokerOptions.parse(List.of("--dir", "/data/kafka")));
        assertEquals(
                new BrokerOptions(Path.of("/data/kafka"), 9092, 9093, Optional.empty()),
                BrokerOptions.parse(List.of("--controller-port", "9093", "--dir", "/data/kafka", "--port", "9092")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    --port 1                   | --dir is missing
                    --dir /d --port            | --port needs a value
                    --dir /d --port x          | --port must be a number from 0 to 65535, not x
                    --dir /d --port 65536      | --port must be a number from 0 to 65535, not 65536
                    --dir /d --dir /e          | --dir is given twice
                    --dir /d --prot 1          | unknown argument --prot
                    """)
    void wrongUseIsNamed(String line, String message) {
        List<String> args = List.of(line.split(" "));
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> BrokerOptions.parse(args))
                        .getMessage());
    }
}
