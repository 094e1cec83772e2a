package io.datastreamx.speed.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.contract.event.ResponseReason;
import io.datastreamx.speed.dispatch.Creative.Tracker;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VastTest {
    static final MediaFile.Limits LIMITS = new MediaFile.Limits(1_080, 12_000);
    private static final long SLOT_MS = 30_000;
    private static final String FILE = "<MediaFile type='video/mp4'>http://m/a.mp4</MediaFile>";

    private static Creative read(String document) throws MarkupException {
        return Vast.read(document, LIMITS, SLOT_MS);
    }

    private static void assertRefused(ResponseReason reason, String document) {
        MarkupException refusal = assertThrows(MarkupException.class, () -> read(document), document);
        assertEquals(reason, refusal.reason(), document);
    }

    private static String linear(String duration, String files) {
        return "<Creative><Linear><Duration>" + duration + "</Duration><MediaFiles>" + files
                + "</MediaFiles></Linear></Creative>";
    }

    private static String inLine(String attributes, String creatives) {
        return "<Ad " + attributes + "><InLine><Creatives>" + creatives + "</Creatives></InLine></Ad>";
    }

    private static String vast(String... ads) {
        return "<VAST version='3.0'>" + String.join("", ads) + "</VAST>";
    }

    private static String withFiles(String files) {
        return vast(inLine("", linear("00:00:30", files)));
    }

    @Test
    void anInlineAdIsItsVideoAndWhatTheBoxCalls() throws MarkupException {
        Creative creative = read("""

                <?xml version="1.0" encoding="UTF-8"?>
                <VAST version="4.2" xmlns="http://www.iab.com/VAST">
                  <Ad id="1"><InLine>
                    <AdSystem>x</AdSystem>
                    <Error><![CDATA[http://t/error?c=[ERRORCODE]]]></Error>
                    <Impression id="i"><![CDATA[
                        http://t/impression?a=1&b=2
                    ]]></Impression>
                    <Impression>http://t/again?a=1&amp;b=2</Impression>
                    <Impression></Impression>
                    <Creatives>
                      <Creative><CompanionAds><Companion><StaticResource>http://t/picture</StaticResource>
                        <TrackingEvents><Tracking event="creativeView">http://t/picture-seen</Tracking></TrackingEvents>
                      </Companion></CompanionAds></Creative>
                      <Creative><Linear>
                        <TrackingEvents>
                          <Tracking event="start">http://t/start</Tracking>
                          <Tracking event="progress" offset="00:00:10">http://t/ten</Tracking>
                          <Tracking event="complete">javascript:alert(1)</Tracking>
                        </TrackingEvents>
                        <Duration>00:00:29.999</Duration>
                        <MediaFiles>
                          <Mezzanine type="video/mp4">http://m/huge.mp4</Mezzanine>
                          <MediaFile type="video/mp4"><![CDATA[ http://m/a.mp4?x=1&y=2 ]]></MediaFile>
                        </MediaFiles>
                      </Linear></Creative>
                    </Creatives>
                  </InLine></Ad>
                </VAST>
                """);
        assertEquals(
                Creative.of(
                        "http://m/a.mp4?x=1&y=2",
                        List.of(
                                new Tracker("impression", "http://t/impression?a=1&b=2"),
                                new Tracker("impression", "http://t/again?a=1&b=2"),
                                new Tracker("error", "http://t/error?c=[ERRORCODE]"),
                                new Tracker("start", "http://t/start"),
                                new Tracker("progress:00:00:10", "http://t/ten"))),
                creative);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    version='2.0'                                  | true
                    version='3.0'                                  | true
                    version='4'                                    | true
                    version='4.2'                                  | true
                    version='4.3'                                  | true
                    xmlns='http://www.iab.com/VAST'                | true
                    version='1.0'                                  | false
                    version='5.0'                                  | false
                    version='latest'                               | false
                    """)
    void versionsTwoToFourAreRead(String attributes, boolean read) throws MarkupException {
        String document = withFiles(FILE).replace("version='3.0'", attributes);
        if (read) {
            assertEquals("http://m/a.mp4", read(document).mediaUrl());
        } else {
            assertRefused(ResponseReason.RESPONSE_REJECTED_VAST_VERSION, document);
        }
    }

    @Test
    void theFirstVersionIsNotRead() {
        assertRefused(ResponseReason.RESPONSE_REJECTED_VAST_VERSION, "<VideoAdServingTemplate/>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<VAST version='3.0'>",
                "<VAST version='3.0'></VAST><VAST/>",
                "<VAST version='3.0'><Ad id=1/></VAST>",
                "<html>busy</html>",
                "<",
                "<VAST version='3.0'>&nbsp;</VAST>",
                "<!DOCTYPE VAST [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><VAST version='3.0'><Ad>&x;</Ad></VAST>",
                "<!DOCTYPE VAST SYSTEM 'http://127.0.0.1:1/x.dtd'><VAST version='3.0'/>",
                "<!DOCTYPE VAST [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><VAST version='3.0'>&b;</VAST>"
            })
    void whatIsNoVastIsACodedOutcome(String document) {
        assertRefused(ResponseReason.RESPONSE_REJECTED_INVALID_VAST, document);
    }

    @Test
    void nestingIsBounded() {
        assertRefused(ResponseReason.RESPONSE_REJECTED_INVALID_VAST, "<VAST>" + "<a>".repeat(100_000));
    }

    @Test
    void whatHoldsNoAdSaysSo() {
        assertRefused(ResponseReason.RESPONSE_REJECTED_VAST_WITHOUT_AD, "<VAST version='4.2'/>");
        assertRefused(
                ResponseReason.RESPONSE_REJECTED_VAST_WITHOUT_AD,
                "<VAST version='4.2'><Error>http://t/none</Error></VAST>");
    }

    @Test
    void aWrapperLeadsOnAndKeepsItsTrackers() throws MarkupException {
        String wrapper = """
                <Ad><Wrapper><Impression>https://w.example/seen</Impression><VASTAdTagURI><![CDATA[ https://next.example/vast.xml?a=1&b=2 ]]></VASTAdTagURI>
                <Creatives><Creative><Linear><TrackingEvents><Tracking event="complete">https://w.example/end</Tracking></TrackingEvents></Linear></Creative>
                </Creatives></Wrapper></Ad>""";
        Creative wrapped = read(vast(wrapper));
        assertEquals("https://next.example/vast.xml?a=1&b=2", wrapped.wrappedAt());
        Creative whole = wrapped.around(Creative.of(
                "https://m.example/a.mp4",
                List.of(
                        new Creative.Tracker("impression", "https://a.example/seen"),
                        new Creative.Tracker("start", "https://a.example/go"))));
        assertEquals(
                Creative.of(
                        "https://m.example/a.mp4",
                        List.of(
                                new Creative.Tracker("impression", "https://w.example/seen"),
                                new Creative.Tracker("impression", "https://a.example/seen"),
                                new Creative.Tracker("complete", "https://w.example/end"),
                                new Creative.Tracker("start", "https://a.example/go"))),
                whole);
        assertEquals(
                "http://m/a.mp4",
                read(vast(wrapper, inLine("", linear("00:00:10", FILE)))).mediaUrl(),
                "what can be played at once goes first");
        assertRefused(
                ResponseReason.RESPONSE_REJECTED_VAST_WRAPPER,
                vast("<Ad><Wrapper><VASTAdTagURI>javascript:x</VASTAdTagURI></Wrapper></Ad>"));
    }

    @Test
    void anAdOfAnotherKindIsNamed() {
        assertRefused(
                ResponseReason.RESPONSE_REJECTED_NOT_LINEAR,
                vast(inLine("", "<Creative><NonLinearAds/></Creative><Creative><CompanionAds/></Creative>")));
        assertRefused(
                ResponseReason.RESPONSE_REJECTED_NOT_VIDEO, vast(inLine("adType='audio'", linear("00:00:10", FILE))));
    }

    @ParameterizedTest
    @CsvSource({
        "00:00:30,true",
        "00:00:30.001,false",
        "00:01:00,false",
        "01:00:00,false",
        "' 00:00:05 ',true",
        "x,true",
        "'',true"
    })
    void anAdFitsItsSlot(String duration, boolean fits) throws MarkupException {
        String document = vast(inLine("", linear(duration, FILE)));
        if (fits) {
            assertEquals("http://m/a.mp4", read(document).mediaUrl());
        } else {
            assertRefused(ResponseReason.RESPONSE_REJECTED_TOO_LONG, document);
        }
    }

    @Test
    void ofSeveralAdsAndCreativesTheFirstThatCanBePlayedIsTaken() throws MarkupException {
        String tooLong = linear("00:05:00", FILE);
        String other = linear("00:00:10", FILE.replace("a.mp4", "b.mp4"));
        assertEquals("http://m/b.mp4", read(vast(inLine("", tooLong + other))).mediaUrl());
        assertEquals(
                "http://m/b.mp4",
                read(vast(inLine("", tooLong), inLine("", other))).mediaUrl());
        String first = linear("00:00:10", FILE);
        assertEquals(
                "http://m/a.mp4",
                read(vast(inLine("sequence='2'", other), inLine("sequence='1'", first)))
                        .mediaUrl());
        assertEquals(
                "http://m/b.mp4",
                read(vast(inLine("sequence='1'", first), inLine("", other))).mediaUrl());
        assertRefused(ResponseReason.RESPONSE_REJECTED_TOO_LONG, vast(inLine("", tooLong), inLine("", "<Creative/>")));
    }

    @Test
    void theBestFileWithinWhatBoxesPlayIsTaken() throws MarkupException {
        String files = """
                <MediaFile type="video/mp4" height="2160" bitrate="9000">http://m/4k.mp4</MediaFile>
                <MediaFile type="video/mp4" height="1080" bitrate="20000">http://m/fast.mp4</MediaFile>
                <MediaFile type="video/mp4" height="720" bitrate="2000">http://m/720.mp4</MediaFile>
                <MediaFile type="VIDEO/MP4; codecs=avc1" height="1080" bitrate="4000">http://m/1080.mp4</MediaFile>
                <MediaFile type="video/mp4" height="1080" bitrate="3000" maxBitrate="3500">http://m/less.mp4</MediaFile>
                <MediaFile type="video/mp4" height="1080" bitrate="8000" delivery="streaming">http://m/streamed.mp4</MediaFile>
                <MediaFile type="video/webm" height="1080" bitrate="5000">http://m/1080.webm</MediaFile>
                <MediaFile type="video/mp4" height="1080" bitrate="6000" apiFramework="VPAID">http://m/code.mp4</MediaFile>
                <MediaFile type="video/mp4" height="1080" bitrate="7000">rtmp://m/other</MediaFile>
                """;
        assertEquals("http://m/1080.mp4", read(withFiles(files)).mediaUrl());
        assertEquals(
                "http://m/720.mp4",
                Vast.read(withFiles(files), new MediaFile.Limits(720, 12_000), SLOT_MS)
                        .mediaUrl());
        assertRefused(
                ResponseReason.RESPONSE_REJECTED_NO_MEDIA_FILE,
                withFiles("<MediaFile type='application/javascript' apiFramework='VPAID'>http://m/a.js</MediaFile>"));
    }

    @Test
    void trackersFillNoMoreThanARecordHolds() throws MarkupException {
        String impression = "<Impression>http://t/" + "i".repeat(500) + "</Impression>";
        String document = withFiles(FILE).replace("<InLine>", "<InLine>" + impression.repeat(100));
        int kept = read(document).trackers().size();
        assertTrue(kept > 30 && kept < 60, kept + " trackers");
    }
}
