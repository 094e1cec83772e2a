package io.datastreamx.speed.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastreamx.contract.table.Column;
import io.datastreamx.contract.table.ColumnType;
import io.datastreamx.contract.table.ColumnType.Primitive;
import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.Lake;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import scala.collection.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** What is written by columns is read by others as the rows that it was. */
class TableFileTest {
    private static final String VECTORIZED = "spark.sql.parquet.enableVectorizedReader";
    private static final Configuration HADOOP = new Lake("file:///").hadoop();

    @TempDir
    Path dir;

    private final Random random = new Random(9);

    @AfterEach
    void asBefore() {
        IngestWorld.spark().conf().unset(VECTORIZED);
    }

    @ParameterizedTest
    @EnumSource(
            value = Table.class,
            names = {"EVENTS", "LIVE", "DEAD_LETTERS"})
    void sparkReadsTheRowsThatWereWritten(Table table) throws IOException {
        for (int count : List.of(1, 499, 500, 501, 20_003)) {
            List<Object[]> rows = rows(table, count);
            PassResult.WrittenFile written = write(table, rows, Set.of());
            assertThat(written.rows()).isEqualTo(count);
            for (boolean vectorized : List.of(true, false)) {
                IngestWorld.spark().conf().set(VECTORIZED, vectorized);
                List<Row> read = IngestWorld.spark()
                        .read()
                        .parquet(written.path())
                        .coalesce(1)
                        .collectAsList();
                assertThat(read).hasSize(count);
                for (int i = 0; i < count; i++) {
                    assertThat(plain(read.get(i))).as("row %d", i).isEqualTo(expected(table, rows.get(i)));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 777})
    void boundsAreThoseOfTheRows(int count) throws IOException {
        int column = Table.EVENTS.columnNames().indexOf("append_time");
        List<Object[]> rows = rows(Table.EVENTS, count);
        rows.forEach(row -> row[column] = random.nextLong(1L << 50));
        long[] bounds =
                write(Table.EVENTS, rows, Set.of("append_time")).bounds().get("append_time");
        assertThat(bounds)
                .containsExactly(
                        rows.stream().mapToLong(row -> (Long) row[column]).min().orElseThrow(),
                        rows.stream().mapToLong(row -> (Long) row[column]).max().orElseThrow());
    }

    /** Who reads one holds it in memory. */
    @ParameterizedTest
    @ValueSource(ints = {1_000})
    void rowGroupsOfLargeDeadLettersStaySmall(int count) throws IOException {
        int bytes = Table.DEAD_LETTERS.columnNames().indexOf("sealed_bytes");
        List<Object[]> rows = rows(Table.DEAD_LETTERS, count);
        for (Object[] row : rows) {
            byte[] sealed = new byte[60_000];
            random.nextBytes(sealed);
            row[bytes] = sealed;
        }
        String path = write(Table.DEAD_LETTERS, rows, Set.of()).path();
        try (ParquetFileReader reader =
                ParquetFileReader.open(HadoopInputFile.fromPath(new org.apache.hadoop.fs.Path(path), HADOOP))) {
            assertThat(reader.getRecordCount()).isEqualTo(count);
            assertThat(reader.getRowGroups())
                    .extracting(BlockMetaData::getTotalByteSize)
                    .hasSizeGreaterThan(1)
                    .allSatisfy(size -> assertThat(size).isLessThan(40_000_000L));
        }
    }

    private PassResult.WrittenFile write(Table table, List<Object[]> rows, Set<String> bounded) throws IOException {
        String uri = "file://" + dir + "/" + table.path() + "-" + rows.size() + ".parquet";
        TableFile file = new TableFile(table, uri, -1, HADOOP, bounded);
        Object[] reused = new Object[table.columns().size()];
        for (Object[] row : rows) {
            System.arraycopy(row, 0, reused, 0, row.length);
            file.write(reused);
        }
        return file.finish();
    }

    private List<Object[]> rows(Table table, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> table.columns().stream()
                        .map(column -> random.nextInt(4) == 0 ? null : value(column.type()))
                        .toArray())
                .toList();
    }

    private Object value(ColumnType type) {
        if (type instanceof ColumnType.Structs structs) {
            return IntStream.range(0, random.nextInt(4))
                    .mapToObj(i -> entry(structs))
                    .toList();
        }
        return switch ((Primitive) type) {
            case STRING -> random.nextBoolean() ? "often" : "text ü " + random.nextInt(1_000_000);
            case BINARY -> {
                byte[] bytes = new byte[random.nextInt(40)];
                random.nextBytes(bytes);
                yield bytes;
            }
            case LONG -> random.nextBoolean() ? random.nextLong() : 7L;
            case TIMESTAMP -> random.nextLong(4_000_000_000_000_000L);
            case INT -> random.nextInt();
            case DOUBLE -> random.nextGaussian();
            case BOOLEAN -> random.nextBoolean();
        };
    }

    private Map<String, Object> entry(ColumnType.Structs structs) {
        Map<String, Object> entry = new HashMap<>();
        for (Column field : structs.fields()) {
            if (random.nextInt(5) > 0) {
                entry.put(field.name(), value(field.type()));
            }
        }
        return entry;
    }

    private static List<Object> expected(Table table, Object[] row) {
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < row.length; i++) {
            values.add(expected(table.columns().get(i).type(), row[i]));
        }
        return values;
    }

    private static Object expected(ColumnType type, Object value) {
        if (value == null) {
            return null;
        } else if (type instanceof ColumnType.Structs structs) {
            return ((List<?>) value)
                    .stream()
                            .map(entry -> structs.fields().stream()
                                    .map(field -> expected(field.type(), ((Map<?, ?>) entry).get(field.name())))
                                    .toList())
                            .toList();
        } else if (type == Primitive.TIMESTAMP) {
            long micros = (Long) value;
            return Instant.ofEpochSecond(micros / 1_000_000, micros % 1_000_000 * 1_000);
        }
        return plain(value);
    }

    private static Object plain(Object value) {
        if (value instanceof Row row) {
            return IntStream.range(0, row.size())
                    .mapToObj(i -> plain(row.get(i)))
                    .toList();
        } else if (value instanceof Seq<?> seq) {
            return CollectionConverters.asJava(seq).stream()
                    .map(TableFileTest::plain)
                    .toList();
        } else if (value instanceof java.sql.Timestamp time) {
            return time.toInstant();
        }
        return value instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : value;
    }
}
