package io.datastreamx.serving;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.datastreamx.contract.measure.Rollup.AGGREGATOR_CHANNEL;
import static io.datastreamx.serving.TestLake.row;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.LocatorAssertions;
import io.datastreamx.contract.access.Identity;
import io.datastreamx.contract.access.Role;
import io.datastreamx.contract.ledger.LostRange;
import io.datastreamx.tokens.AccessTokens;
import io.datastreamx.tokens.TokenKeyFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The live page in a real browser. */
class PageTest {
    @TempDir
    Path home;

    private static Optional<Path> chromium() {
        Stream<String> folders = Stream.concat(
                Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":")), Stream.of("/usr/bin"));
        return folders.flatMap(folder -> Stream.of("chromium", "chromium-browser", "google-chrome")
                        .map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static Playwright playwright() {
        return Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    }

    private static Browser launched(Playwright playwright) {
        return playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(chromium().orElseThrow())
                        .setArgs(List.of("--no-sandbox", "--disable-gpu")));
    }

    private static Map<String, Object> requests(Instant minute, String channel, int requests) {
        return row(AGGREGATOR_CHANNEL, minute, "channel_id", channel, "requests", requests);
    }

    private void simulated(String worth) {
        try {
            Files.writeString(Files.createDirectories(home.resolve("run")).resolve("simulated-worth.json"), worth);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void figuresAndFreshnessAreShownAndMoveWithTheLog() {
        assumeTrue(
                chromium().isPresent(),
                "no chromium on this machine: the live page is not tested (apt-get install chromium)");
        TestLake lake = new TestLake(home.resolve("lake"));
        List<String> complaints = new ArrayList<>();
        try (ServingLayer serving = ServingLayer.start(TestSettings.of(home, "127.0.0.1:1"), Clock.systemUTC());
                Playwright playwright = playwright();
                Browser browser = launched(playwright)) {
            Page page = browser.newPage();
            page.onConsoleMessage(message -> {
                if (message.type().equals("error")) {
                    complaints.add(message.text());
                }
            });
            page.onPageError(complaints::add);
            page.navigate(serving.url());
            assertThat(page.locator("#badge")).hasText("No data yet");
            assertThat(page.locator("#empty")).containsText("No records have been counted yet");

            Instant minute = Instant.now().truncatedTo(ChronoUnit.MINUTES);
            lake.live(7, requests(minute, "news", 1200), requests(minute, "film", 34));
            lake.ledger(7, Instant.now());
            assertThat(page.locator("[data-measure=requests]")).hasText("1,234");
            assertThat(page.locator("#badge")).hasText("Live");
            assertThat(page.locator("#position")).hasText("7");
            assertThat(page.locator("#channels")).containsText("news");
            assertThat(page.locator("#empty")).isHidden();

            lake.live(8, requests(minute, "film", 6));
            lake.ledger(8, Instant.now());
            assertThat(page.locator("[data-measure=requests]")).hasText("1,240");
            assertThat(page.locator("#position")).hasText("8");

            assertThat(page.locator("#lost")).isHidden();
            lake.ledger(9, 0, new LostRange("ad-requests-0", 20, 1254, Optional.of(minute), Optional.empty()));
            assertThat(page.locator("#badge")).hasText("Records lost");
            assertThat(page.locator("#lost")).isVisible();
            assertThat(page.locator("#lost")).containsText("1,234 records were deleted");
            assertThat(page.locator("#lost li"))
                    .hasText("ad-requests-0: offsets 20 to 1253, 1,234 records, appended after " + minute);
            assertThat(page.locator("#lost"))
                    .hasCSS("background-color", Pattern.compile("rgb\\((192, 38, 45|216, 67, 74)\\)"));

            assertThat(page.locator("#worth")).isHidden();
            simulated(
                    "{\"models\":[{\"model\":\"none\",\"requests\":9,\"policy_micros\":50,\"uniform_micros\":50,\"oracle_micros\":80},"
                            + "{\"model\":\"m1\",\"requests\":1000,\"policy_micros\":76,\"uniform_micros\":50,\"oracle_micros\":80}]}");
            assertThat(page.locator("#learned"))
                    .hasText(
                            "Now 95.0 % of the best possible, a fair draw would earn 62.5 %; over 1,000 requests.",
                            new LocatorAssertions.HasTextOptions().setTimeout(10_000));

            page.locator("[data-view=batch]").click();
            assertThat(page.locator("#empty")).containsText("No batch version is in force yet");
            page.locator("[data-view=merged]").click();
            assertThat(page.locator("[data-measure=requests]")).hasText("1,240");
        }
        assertEquals(List.of(), complaints);
    }

    @Test
    void whoSignsInSeesWhatTheRoleSees() {
        assumeTrue(chromium().isPresent(), "no chromium on this machine: the sign-in is not tested");
        TestLake lake = new TestLake(home.resolve("lake"));
        Instant minute = Instant.now().truncatedTo(ChronoUnit.MINUTES);
        lake.complete(
                1,
                row(AGGREGATOR_CHANNEL, minute, "aggregator_id", "alpha", "channel_id", "news", "decisions", 5),
                row(AGGREGATOR_CHANNEL, minute, "aggregator_id", "beta", "channel_id", "news", "decisions", 7));
        String token = new AccessTokens(new TokenKeyFile(home.resolve("access-keys.json")).loadOrCreate(Instant.now()))
                .sign(new Identity("eve", Role.PARTNER, Set.of("alpha")), Instant.now(), Duration.ofHours(1));
        try (ServingLayer serving = ServingLayer.start(
                        TestSettings.with(home, "datastreamx.serving.access.identity", "tokens"), Clock.systemUTC());
                Playwright playwright = playwright();
                Browser browser = launched(playwright)) {
            Page page = browser.newPage();
            page.navigate(serving.url());
            page.locator("#token").fill("rubbish");
            page.locator("#sign-in-form button").click();
            assertThat(page.locator("#sign-in-why")).containsText("no signed JWT");
            page.locator("#token").fill(token);
            page.locator("#sign-in-form button").click();
            assertThat(page.locator("#sign-in")).isHidden();
            assertThat(page.locator("#who")).hasText("eve, partner of alpha");
            assertThat(page.locator("[data-measure=decisions]")).hasText("5");
            assertThat(page.locator("#aggregators")).not().containsText("beta");
            page.reload();
            assertThat(page.locator("[data-measure=decisions]")).hasText("5");
            page.locator("#sign-out").click();
            assertThat(page.locator("#sign-in")).isVisible();
        }
    }
}
