package io.datastreamx.cli.verbs;

import io.datastreamx.contract.ledger.LedgerEntry;
import io.datastreamx.contract.privacy.KeyRing;
import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.Ledger;
import io.datastreamx.lake.TableRow;
import java.time.Instant;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The quarantined records of complete ingest batches. */
final class DeadLetters {
    /**
     * A record that was refused.
     *
     * @param reason reason code
     * @param detail what was found where
     * @param size bytes of the record
     */
    record DeadLetter(
            long batch,
            String topic,
            long partition,
            long offset,
            Instant appendTime,
            String reason,
            String detail,
            long size,
            Sealed sealed) {}

    /** The record's key (null without one) and value, encrypted. */
    record Sealed(String keyId, byte[] key, byte[] value) {
        byte[] openKey(KeyRing keys) {
            return key == null ? null : keys.open(keyId, key);
        }

        byte[] openValue(KeyRing keys) {
            return keys.open(keyId, value);
        }
    }

    private final Lake lake;

    DeadLetters(Lake lake) {
        this.lake = lake;
    }

    /** @param reason only this reason code; null for all */
    void forEach(String reason, Consumer<DeadLetter> consumer) {
        Set<Long> complete =
                new Ledger(lake).entries().stream().map(LedgerEntry::batch).collect(Collectors.toSet());
        lake.table(Table.DEAD_LETTERS).forEach(row -> {
            if (complete.contains(row.number("ingest_batch"))
                    && (reason == null || reason.equals(row.text("reason")))) {
                consumer.accept(deadLetter(row));
            }
        });
    }

    private static DeadLetter deadLetter(TableRow row) {
        return new DeadLetter(
                row.number("ingest_batch"),
                row.text("topic"),
                row.number("partition"),
                row.number("offset"),
                row.time("append_time"),
                row.text("reason"),
                row.text("detail"),
                row.number("size"),
                new Sealed(row.text("key_id"), row.bytesIfAny("sealed_key").orElse(null), row.bytes("sealed_bytes")));
    }
}
