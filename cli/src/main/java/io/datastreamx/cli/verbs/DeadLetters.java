package io.datastreamx.cli.verbs;

import io.datastreamx.contract.privacy.KeyRing;
import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.DeltaTable;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.TableRow;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.Collectors;

/** The quarantined records of complete ingest batches. What they hold is read only where it is asked for. */
final class DeadLetters {
    private static final String BATCH = "ingest_batch";
    private static final List<String> SEALED = List.of("key_id", "sealed_key", "sealed_bytes");
    private static final List<String> DESCRIBING = Table.DEAD_LETTERS.columnNames().stream()
            .filter(column -> !SEALED.contains(column))
            .toList();

    /** Where a record stands in Kafka. */
    record Place(Instant appendTime, String topic, long partition, long offset) implements Comparable<Place> {
        private static final Comparator<Place> ORDER = Comparator.comparing(Place::appendTime)
                .thenComparing(Place::topic)
                .thenComparing(Place::partition)
                .thenComparing(Place::offset);

        private static Place of(TableRow row) {
            return new Place(row.time("append_time"), row.text("topic"), row.number("partition"), row.number("offset"));
        }

        @Override
        public int compareTo(Place other) {
            return ORDER.compare(this, other);
        }
    }

    /**
     * A record that was refused.
     *
     * @param reason reason code
     * @param detail what was found where
     * @param size bytes of the record
     */
    record DeadLetter(long batch, Place place, String reason, String detail, long size) {
        private static DeadLetter of(TableRow row) {
            return new DeadLetter(
                    row.number(BATCH), Place.of(row), row.text("reason"), row.text("detail"), row.number("size"));
        }
    }

    /** The record's key (null without one) and value, encrypted. */
    record Sealed(String keyId, byte[] key, byte[] value) {
        private static Sealed of(TableRow row) {
            return new Sealed(row.text("key_id"), row.bytesIfAny("sealed_key").orElse(null), row.bytes("sealed_bytes"));
        }

        byte[] openKey(KeyRing keys) {
            return key == null ? null : keys.open(keyId, key);
        }

        byte[] openValue(KeyRing keys) {
            return keys.open(keyId, value);
        }
    }

    /** Takes what a record holds, one after the other. */
    interface Opener {
        void accept(DeadLetter letter, Sealed bytes);
    }

    private final DeltaTable table;
    private final Set<Long> complete = new HashSet<>();

    DeadLetters(Lake lake) {
        this.table = lake.table(Table.DEAD_LETTERS);
        lake.table(Table.LEDGER).forEach(List.of(BATCH), row -> complete.add(row.number(BATCH)));
    }

    /** The latest, in the order in which Kafka got them. No more than these are held. @param reason null for all */
    List<DeadLetter> latest(String reason, int most) {
        PriorityQueue<DeadLetter> latest = new PriorityQueue<>(Comparator.comparing(DeadLetter::place));
        table.forEach(DESCRIBING, row -> {
            if (counts(reason, row)) {
                latest.add(DeadLetter.of(row));
                if (latest.size() > most) {
                    latest.remove();
                }
            }
        });
        return latest.stream().sorted(Comparator.comparing(DeadLetter::place)).toList();
    }

    /** What these records hold, of no others. */
    Map<Place, Sealed> sealed(List<DeadLetter> letters) {
        Map<Place, Sealed> bytes = new HashMap<>();
        if (!letters.isEmpty()) {
            Set<Place> wanted = letters.stream().map(DeadLetter::place).collect(Collectors.toSet());
            long first = letters.stream().mapToLong(DeadLetter::batch).min().orElseThrow();
            table.forEachFrom(BATCH, first, row -> {
                Place place = Place.of(row);
                if (wanted.contains(place)) {
                    bytes.put(place, Sealed.of(row));
                }
            });
        }
        return bytes;
    }

    /** Shows every record with what it holds. @param reason only this reason code; null for all */
    void forEach(String reason, Opener opener) {
        table.forEach(row -> {
            if (counts(reason, row)) {
                opener.accept(DeadLetter.of(row), Sealed.of(row));
            }
        });
    }

    private boolean counts(String reason, TableRow row) {
        return complete.contains(row.number(BATCH)) && (reason == null || reason.equals(row.text("reason")));
    }
}
