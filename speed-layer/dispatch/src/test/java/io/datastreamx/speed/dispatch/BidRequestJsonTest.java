package io.datastreamx.speed.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.datastreamx.contract.ContractJson;
import io.datastreamx.contract.decision.AdRequest;
import io.datastreamx.contract.event.Context;
import java.io.IOException;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class BidRequestJsonTest {

    @Test
    void everythingThatIsKnownIsToldButTheDevicesId() throws IOException {
        AdRequest request = new AdRequest(
                "r1",
                "box-7",
                Instant.EPOCH,
                new Context("c1", "c0", "ad-3", "north", "stb"),
                500,
                2_500_000,
                "USD",
                "p1",
                2L,
                30L);
        assertJson("""
                {"id": "r1",
                 "imp": [{"id": "1", "video": {"mimes": ["video/mp4"], "protocols": [2, 3, 7, 11, 13, 5, 6, 8, 12, 14], "linearity": 1, "maxbitrate": 8000,
                                        "maxduration": 30, "podid": "p1", "slotinpod": 2},
                          "bidfloor": 2.500000, "bidfloorcur": "USD"}],
                 "app": {"content": {"channel": {"id": "c1"}}},
                 "device": {"model": "stb", "geo": {"region": "north"}},
                 "at": 1, "tmax": 320, "cur": ["USD"],
                 "ext": {"previous_channel_id": "c0", "last_ad_id": "ad-3"}}
                """, BidRequestJson.write(request, 320, "EUR", new MediaFile.Limits(1_080, 8_000), true));
    }

    @Test
    void whatIsUnknownIsAbsent() throws IOException {
        AdRequest request = new AdRequest(
                "r1",
                "box-7",
                Instant.EPOCH,
                new Context("c1", null, null, "north", "stb"),
                500,
                0,
                null,
                null,
                null,
                null);
        assertJson("""
                {"id": "r1",
                 "imp": [{"id": "1", "video": {"mimes": ["video/mp4"], "protocols": [2, 3, 7, 11, 13], "linearity": 1, "maxbitrate": 8000},
                          "bidfloor": 0.000000, "bidfloorcur": "EUR"}],
                 "app": {"content": {"channel": {"id": "c1"}}},
                 "device": {"model": "stb", "geo": {"region": "north"}},
                 "at": 1, "tmax": 320, "cur": ["EUR"], "ext": {}}
                """, BidRequestJson.write(request, 320, "EUR", new MediaFile.Limits(1_080, 8_000), false));
    }

    private static void assertJson(String expected, byte[] actual) throws IOException {
        assertEquals(ContractJson.MAPPER.readTree(expected), ContractJson.MAPPER.readTree(actual));
    }
}
