package io.datastreamx.contract.event;

import static io.datastreamx.contract.event.Field.optional;
import static io.datastreamx.contract.event.Field.required;
import static io.datastreamx.contract.event.FieldType.TEXT;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What is known at an ad opportunity. Every fact carries it, so that no report needs a join.
 *
 * @param channelId the channel being viewed
 * @param previousChannelId the channel viewed before it; null if none
 * @param lastAdId the last ad displayed; null if none
 * @param region region of the box
 * @param deviceModel model of the box
 */
public record Context(String channelId, String previousChannelId, String lastAdId, String region, String deviceModel) {
    public static final String CHANNEL_ID = "channel_id";
    public static final String PREVIOUS_CHANNEL_ID = "previous_channel_id";
    public static final String LAST_AD_ID = "last_ad_id";
    public static final String REGION = "region";
    public static final String DEVICE_MODEL = "device_model";

    /** As fields of an event, in the order of the record's components. */
    public static final List<Field> FIELDS = List.of(
            required(CHANNEL_ID, TEXT, "The channel being viewed."),
            optional(PREVIOUS_CHANNEL_ID, TEXT, "The channel viewed before it."),
            optional(LAST_AD_ID, TEXT, "The last ad displayed on this box."),
            required(REGION, TEXT, "Region of the box."),
            required(DEVICE_MODEL, TEXT, "Model of the box; OpenRTB Device.model."));

    /** The names of the fields, which are also columns of the raw log, in the same order. */
    public static final List<String> NAMES = FIELDS.stream().map(Field::name).toList();

    /** @param valueOf the value of each field by its name; null for none */
    public static Context of(UnaryOperator<String> valueOf) {
        return new Context(
                valueOf.apply(CHANNEL_ID),
                valueOf.apply(PREVIOUS_CHANNEL_ID),
                valueOf.apply(LAST_AD_ID),
                valueOf.apply(REGION),
                valueOf.apply(DEVICE_MODEL));
    }

    public static Context of(Event event) {
        return of(event::text);
    }

    /** In the order of {@link #NAMES}; null where a field has no value. */
    public List<String> values() {
        return Arrays.asList(channelId, previousChannelId, lastAdId, region, deviceModel);
    }
}
