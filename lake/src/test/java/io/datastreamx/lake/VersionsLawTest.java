package io.datastreamx.lake;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.Versions.Action;
import io.datastreamx.lake.Versions.Entry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;

/**
 * What holds for every story of nights and rollbacks: that the batch layer, which reads the table whole, ingest, which
 * asks for the present, and serving, which follows the log and looks from a position, are told the same.
 */
class VersionsLawTest {
    /** Of versions whose tables nobody reads. */
    static final Map<Table, Long> TABLES =
            Table.ofBatch().stream().collect(Collectors.toMap(table -> table, table -> 0L));

    private static final Instant T0 = Instant.parse("2026-11-22T10:00:00Z");

    @Property
    void followedInPiecesOrReadAtOnceItSaysTheSame(
            @ForAll("stories") Story told,
            @ForAll @LongRange(min = -1, max = 60) long lastBatch,
            @ForAll Random random) {
        List<Entry> story = told.entries;
        Versions whole = Versions.NONE.with(shuffled(story, random));
        Versions followed = Versions.NONE;
        for (int from = 0; from < story.size(); ) {
            int to = from + 1 + random.nextInt(3);
            to = Math.min(to, story.size());
            followed = followed.with(shuffled(story.subList(from, to), random));
            from = to;
        }
        assertThat(followed.entries()).isEqualTo(whole.entries()).isEqualTo(story);
        assertThat(followed.inForce()).isEqualTo(whole.inForce());
        assertThat(followed.path(lastBatch)).isEqualTo(whole.path(lastBatch));
        assertThat(followed.coming(lastBatch)).isEqualTo(whole.coming(lastBatch));
    }

    @Property
    void whoKnowsTheWholeLedgerSeesWhatCameIntoForceLast(@ForAll("stories") Story told) {
        List<Entry> story = told.entries;
        Versions versions = Versions.NONE.with(story);
        List<Entry> brought =
                story.stream().filter(e -> e.action() != Action.PUBLISH).toList();
        long ledger = brought.stream().mapToLong(Entry::cut).max().orElse(-1);
        assertThat(versions.inForce()).isEqualTo(brought.stream().reduce((a, b) -> b));
        assertThat(versions.inForce(ledger)).isEqualTo(versions.inForce());
        assertThat(versions.isAheadOf(ledger)).isFalse();
        assertThat(versions.path(ledger)).isEqualTo(versions.path());
    }

    @Property
    void nobodyIsToldAVersionThatTheirLedgerDoesNotCover(
            @ForAll("stories") Story told, @ForAll @LongRange(min = -1, max = 60) long lastBatch) {
        List<Entry> story = told.entries;
        Versions versions = Versions.NONE.with(story);
        versions.inForce(lastBatch)
                .ifPresentOrElse(
                        entry -> {
                            assertThat(entry.cut()).isLessThanOrEqualTo(lastBatch);
                            assertThat(versions.path(lastBatch).get(0)).isEqualTo(entry);
                        },
                        () -> assertThat(versions.path(lastBatch)).isEmpty());
        if (!versions.isAheadOf(lastBatch)) {
            assertThat(versions.inForce(lastBatch)).isEqualTo(versions.inForce());
        }
    }

    /** So what serving holds ahead is what a rollback brings, and the live rows that it needs are there. */
    @Property
    void whatARollbackBringsIsSecondOnThePathAndCutsNoLater(@ForAll("stories") Story told) {
        List<Entry> story = told.entries;
        Versions before = Versions.NONE.with(story);
        List<Entry> path = before.path();
        assertThat(path)
                .extracting(Entry::version)
                .isEqualTo(told.stack.stream().map(Entry::version).toList());
        assertThat(path).isSortedAccordingTo((a, b) -> Long.compare(b.cut(), a.cut()));
        if (path.size() < 2) {
            return;
        }
        Entry back = path.get(1).again(T0.plusSeconds(story.size()), Action.ROLLBACK, "back");
        Versions after = before.with(List.of(back));
        assertThat(after.inForce()).contains(back);
        assertThat(after.path())
                .extracting(Entry::version)
                .isEqualTo(path.stream().skip(1).map(Entry::version).toList());
    }

    @Property
    void whatIsComingWasPublishedAndIsNotInForce(@ForAll("stories") Story told) {
        List<Entry> story = told.entries;
        Versions versions = Versions.NONE.with(story);
        List<String> path = versions.path().stream().map(Entry::version).toList();
        List<String> coming =
                versions.coming(Long.MAX_VALUE).stream().map(Entry::version).toList();
        assertThat(coming).noneMatch(path::contains);
        List<String> published = story.stream()
                .filter(e -> e.action() == Action.PUBLISH)
                .map(Entry::version)
                .toList();
        assertThat(coming).allMatch(published::contains);
        story.forEach(entry -> assertThat(versions.publishedAt(entry.version())).isPresent());
    }

    /** Stories as nights write them: seal and publish at a growing log, flip unless overtaken, roll back at will. */
    @Provide
    Arbitrary<Story> stories() {
        return Arbitraries.integers().between(0, 2).list().ofMaxSize(40).map(VersionsLawTest::story);
    }

    private static Story story(List<Integer> steps) {
        Story story = new Story();
        steps.forEach(story::step);
        return story;
    }

    /** Keeps its own, naive account of what a rollback returns to. */
    static final class Story {
        private final List<Entry> entries = new ArrayList<>();
        private final List<Entry> stack = new ArrayList<>();
        private final List<Entry> waiting = new ArrayList<>();
        private long batch;

        @Override
        public String toString() {
            return entries.toString();
        }

        void step(int kind) {
            batch++;
            switch (kind) {
                case 0 -> waiting.add(add(Action.PUBLISH, "v" + entries.size(), batch));
                case 1 -> {
                    if (!waiting.isEmpty()) {
                        Entry published = waiting.remove(waiting.size() - 1);
                        waiting.clear();
                        stack.add(0, add(Action.FLIP, published.version(), published.cut()));
                    }
                }
                default -> {
                    if (stack.size() > 1) {
                        stack.remove(0);
                        add(
                                Action.ROLLBACK,
                                stack.get(0).version(),
                                stack.get(0).cut());
                    }
                }
            }
        }

        private Entry add(Action action, String version, long cut) {
            Entry entry = new Entry(T0.plusSeconds(entries.size()), action, version, cut, "r", 1, 0, TABLES);
            entries.add(entry);
            return entry;
        }
    }

    private static <T> List<T> shuffled(List<T> list, Random random) {
        List<T> copy = new ArrayList<>(list);
        Collections.shuffle(copy, random);
        return copy;
    }
}
