package io.datastreamx.speed.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.datastreamx.contract.event.ResponseReason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The samples of IAB Tech Lab (InteractiveAdvertisingBureau/VAST_Samples), which lie beside the project where they have
 * been fetched.
 */
class VastSamplesTest {
    private static final String SAMPLES = "shared/data/vast-samples";
    private static final String INTRO = "https://iab-publicfiles.s3.amazonaws.com/vast/VAST-4.0-Short-Intro.mp4";
    /** By name below the folder; what is not named here is an ad with the introduction as its video. */
    private static final Map<String, String> EXPECTED = new TreeMap<>();

    static {
        expect(
                ResponseReason.RESPONSE_REJECTED_VAST_VERSION,
                "1-2.0/vast1Nonlinear.xml",
                "1-2.0/vast1RegularLinear.xml",
                "1-2.0/vast1VPAIDLinear.xml");
        // Flash video, and a programme that plays it.
        expect(
                ResponseReason.RESPONSE_REJECTED_NO_MEDIA_FILE,
                "1-2.0/vast2RegularLinear.xml",
                "1-2.0/vast2VPAIDLinear.xml",
                "1-2.0/vast_inline_linear.xml");
        expect(
                ResponseReason.RESPONSE_REJECTED_NOT_LINEAR,
                "1-2.0/vast2Nonlinear.xml",
                "1-2.0/vast_inline_nonlinear.xml",
                "3.0/Inline_Non-Linear_Tag-test.xml",
                "4.1/Inline_Non-Linear_Tag-test.xml");
        wraps(
                "http://demo.tremormedia.com/proddev/vast/vast_inline_linear.xml",
                "1-2.0/vast_wrapper_linear_1.xml",
                "1-2.0/vast_wrapper_linear_2.xml");
        wraps(
                "http://demo.tremormedia.com/proddev/vast/vast_inline_nonlinear2.xml",
                "1-2.0/vast_wrapper_nonlinear_1.xml");
        wraps(
                "http://demo.tremormedia.com/proddev/vast/vast_inline_nonlinear3.xml",
                "1-2.0/vast_wrapper_nonlinear_2.xml");
        wraps(
                "https://raw.githubusercontent.com/InteractiveAdvertisingBureau/VAST_Samples/master/VAST%203.0%20Samples/Inline_Companion_Tag-test.xml",
                "3.0/Wrapper_Tag-test.xml");
        wraps(
                "https://raw.githubusercontent.com/InteractiveAdvertisingBureau/VAST_Samples/master/VAST%204.0%20Samples/Inline_Companion_Tag-test.xml",
                "4.1/Viewable_Impression-test.xml", "4.1/Wrapper_Tag-test.xml");
        expect(ResponseReason.RESPONSE_REJECTED_NOT_VIDEO, "4.1/Audio_DAAST_Sample.xml");
        EXPECTED.put(
                "4.1/SSAI_stitching__VPAID_separation-test.xml",
                "https://cdn.iabcdn.com/website/engineering/vast_4_0_pilot/vast_4.0_pilot-iab-hd.mp4");
    }

    private static void expect(ResponseReason reason, String... files) {
        List.of(files).forEach(file -> EXPECTED.put(file, reason.code()));
    }

    private static void wraps(String url, String... files) {
        List.of(files).forEach(file -> EXPECTED.put(file, "wraps " + url));
    }

    @Test
    void everySampleGivesTheAdOrTheReasonThatTheStandardSays() throws IOException {
        Path folder = folder();
        assumeTrue(folder != null, "no ../" + SAMPLES + " beside the project");
        Map<String, String> expected = new TreeMap<>();
        Map<String, String> got = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(file -> file.toString().endsWith(".xml")).forEach(file -> {
                String name = folder.relativize(file).toString();
                expected.put(name, EXPECTED.getOrDefault(name, INTRO));
                got.put(name, outcome(file));
            });
        }
        assertEquals(expected, got);
    }

    private static Path folder() {
        for (Path up = Path.of("").toAbsolutePath(); up != null; up = up.getParent()) {
            if (Files.isDirectory(up.resolve(SAMPLES))) {
                return up.resolve(SAMPLES);
            }
        }
        return null;
    }

    private static String outcome(Path file) {
        try {
            Creative creative = Vast.read(Files.readString(file), VastTest.LIMITS, 30_000);
            return creative.isWrapped() ? "wraps " + creative.wrappedAt() : creative.mediaUrl();
        } catch (MarkupException e) {
            return e.reason().code();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
