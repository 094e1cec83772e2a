package io.datastreamx.speed.edge;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What a box is told about one of its requests. */
record AdAnswer(String requestId, Optional<Delivery> ad) {
    void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("request_id", requestId);
        json.writeStringField("status", ad.isPresent() ? "ad" : "no_ad");
        if (ad.isPresent()) {
            json.writeFieldName("delivery");
            json.writeRawValue(new String(ad.get().json(), StandardCharsets.UTF_8));
        }
        json.writeEndObject();
    }
}
