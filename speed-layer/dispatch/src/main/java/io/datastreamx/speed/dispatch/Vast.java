package io.datastreamx.speed.dispatch;

import io.datastreamx.contract.event.ResponseReason;
import io.datastreamx.speed.dispatch.Creative.Tracker;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.XMLConstants;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Reads the linear video ad of a VAST document, version 2.0 to 4.x. Nothing is fetched: no DTD, no entity, and not what
 * a wrapper wraps, which whoever asks for the document may do. Elements are told by their local names, whatever their
 * namespace.
 */
final class Vast {
    private static final int MAX_DEPTH = 64;
    private static final int MAX_ATTRIBUTE = 64;

    private static final Pattern VERSION = Pattern.compile("\\s*([0-9]{1,3})(\\..*)?");
    private static final Pattern DURATION =
            Pattern.compile("([0-9]{1,3}):([0-5]?[0-9]):([0-5]?[0-9])(?:\\.([0-9]{1,3})[0-9]*)?");

    private final XMLStreamReader xml;
    private final MediaFile.Limits limits;
    private final long maxDurationMs;
    private int depth;

    private Vast(XMLStreamReader xml, MediaFile.Limits limits, long maxDurationMs) {
        this.xml = xml;
        this.limits = limits;
        this.maxDurationMs = maxDurationMs;
    }

    /**
     * An {@code Ad} that has been read.
     *
     * @param sequence its place in a pod; 0 for one that stands alone
     * @param creative null where it cannot be played
     * @param refusal why not; null where it can
     */
    private record Ad(int sequence, Creative creative, MarkupException refusal) {}

    /** A {@code Linear}, of an ad or of a wrapper around one. */
    private static final class Linear {
        private final List<MediaFile> files = new ArrayList<>();
        private final List<Tracker> trackers = new ArrayList<>();
        private OptionalLong durationMs = OptionalLong.empty();
    }

    /**
     * The first ad that can be played: those that stand alone first, then a pod's in its order; where none can, the
     * first that a wrapper wraps.
     *
     * @param limits what boxes play
     * @param maxDurationMs longest ad that fits; an ad that does not say how long it is fits
     * @throws MarkupException if there is none; why the first cannot be played
     */
    static Creative read(String document, MediaFile.Limits limits, long maxDurationMs) throws MarkupException {
        try {
            XMLStreamReader xml = factory().createXMLStreamReader(new StringReader(document.strip()));
            return new Vast(xml, limits, maxDurationMs).document();
        } catch (XMLStreamException | RuntimeException e) {
            throw new MarkupException(ResponseReason.RESPONSE_REJECTED_INVALID_VAST, "no well-formed XML");
        }
    }

    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
        return factory;
    }

    private Creative document() throws XMLStreamException, MarkupException {
        List<Ad> ads = new ArrayList<>();
        next();
        while (depth == 0) {
            next();
        }
        requireVersion();
        while (nextChild(1)) {
            if (isAt("Ad")) {
                ads.add(ad());
            }
        }
        while (xml.hasNext()) {
            next();
        }
        ads.sort(Comparator.comparingInt(Ad::sequence));
        if (ads.isEmpty()) {
            throw new MarkupException(ResponseReason.RESPONSE_REJECTED_VAST_WITHOUT_AD, null);
        }
        return ads.stream()
                .map(Ad::creative)
                .filter(Objects::nonNull)
                .min(Comparator.comparing(Creative::isWrapped))
                .orElseThrow(() -> ads.get(0).refusal());
    }

    private void requireVersion() throws MarkupException {
        if (isAt("VideoAdServingTemplate")) {
            throw new MarkupException(ResponseReason.RESPONSE_REJECTED_VAST_VERSION, "1");
        } else if (!isAt("VAST")) {
            throw new MarkupException(ResponseReason.RESPONSE_REJECTED_INVALID_VAST, "no VAST");
        }
        String version = attribute("version");
        Matcher matcher = VERSION.matcher(version);
        boolean known =
                version.isEmpty() || matcher.matches() && List.of("2", "3", "4").contains(matcher.group(1));
        if (!known) {
            throw new MarkupException(ResponseReason.RESPONSE_REJECTED_VAST_VERSION, null);
        }
    }

    private Ad ad() throws XMLStreamException, MarkupException {
        int sequence = number("sequence");
        String type = attribute("adType");
        Creative creative = null;
        MarkupException refusal = new MarkupException(ResponseReason.RESPONSE_REJECTED_VAST_WITHOUT_AD, null);
        int level = depth;
        while (nextChild(level)) {
            try {
                if (isAt("Wrapper")) {
                    creative = wrapper();
                } else if (isAt("InLine")) {
                    creative = inLine();
                }
            } catch (MarkupException e) {
                refusal = e;
            }
        }
        if (type.equalsIgnoreCase("audio")) {
            creative = null;
            refusal = new MarkupException(ResponseReason.RESPONSE_REJECTED_NOT_VIDEO, null);
        }
        return new Ad(sequence, creative, creative == null ? refusal : null);
    }

    private Creative inLine() throws XMLStreamException, MarkupException {
        List<Tracker> impressions = new ArrayList<>();
        List<Tracker> errors = new ArrayList<>();
        List<Linear> linears = new ArrayList<>();
        int level = depth;
        while (nextChild(level)) {
            if (isAt("Impression")) {
                track(Creative.IMPRESSION, impressions);
            } else if (isAt("Error")) {
                track("error", errors);
            } else if (isAt("Creatives")) {
                creatives(linears);
            }
        }
        if (linears.isEmpty()) {
            throw new MarkupException(ResponseReason.RESPONSE_REJECTED_NOT_LINEAR, null);
        }
        MarkupException refusal = null;
        for (Linear linear : linears) {
            try {
                MediaFile file = playable(linear);
                List<Tracker> trackers = new ArrayList<>(impressions);
                trackers.addAll(errors);
                trackers.addAll(linear.trackers);
                return Creative.of(file.url(), trackers);
            } catch (MarkupException e) {
                refusal = refusal == null ? e : refusal;
            }
        }
        throw refusal;
    }

    private Creative wrapper() throws XMLStreamException, MarkupException {
        List<Tracker> trackers = new ArrayList<>();
        List<Linear> linears = new ArrayList<>();
        Optional<String> wrapped = Optional.empty();
        int level = depth;
        while (nextChild(level)) {
            if (isAt("VASTAdTagURI")) {
                wrapped = HttpUrl.of(text());
            } else if (isAt("Impression")) {
                track(Creative.IMPRESSION, trackers);
            } else if (isAt("Error")) {
                track("error", trackers);
            } else if (isAt("Creatives")) {
                creatives(linears);
            }
        }
        linears.forEach(linear -> trackers.addAll(linear.trackers));
        return Creative.wrapped(
                wrapped.orElseThrow(
                        () -> new MarkupException(ResponseReason.RESPONSE_REJECTED_VAST_WRAPPER, "it leads nowhere")),
                trackers);
    }

    private MediaFile playable(Linear linear) throws MarkupException {
        if (linear.durationMs.isPresent() && linear.durationMs.getAsLong() > maxDurationMs) {
            throw new MarkupException(ResponseReason.RESPONSE_REJECTED_TOO_LONG, linear.durationMs.getAsLong() + " ms");
        }
        return MediaFile.best(linear.files, limits)
                .orElseThrow(() -> new MarkupException(
                        ResponseReason.RESPONSE_REJECTED_NO_MEDIA_FILE, linear.files.size() + " media files"));
    }

    private void creatives(List<Linear> linears) throws XMLStreamException, MarkupException {
        int level = depth;
        while (nextChild(level)) {
            int creative = depth;
            while (nextChild(creative)) {
                if (isAt("Linear")) {
                    linears.add(linear());
                }
            }
        }
    }

    private Linear linear() throws XMLStreamException, MarkupException {
        Linear linear = new Linear();
        int level = depth;
        while (nextChild(level)) {
            if (isAt("Duration")) {
                linear.durationMs = durationMs(text());
            } else if (isAt("TrackingEvents")) {
                trackingEvents(linear.trackers);
            } else if (isAt("MediaFiles")) {
                mediaFiles(linear.files);
            }
        }
        return linear;
    }

    private void trackingEvents(List<Tracker> trackers) throws XMLStreamException, MarkupException {
        int level = depth;
        while (nextChild(level)) {
            String event = attribute("event");
            String offset = attribute("offset");
            if (isAt("Tracking") && !event.isEmpty()) {
                track(offset.isEmpty() ? event : event + ":" + offset, trackers);
            }
        }
    }

    private void mediaFiles(List<MediaFile> files) throws XMLStreamException, MarkupException {
        int level = depth;
        while (nextChild(level)) {
            // Code that runs in the player is not played, whatever its type is said to be.
            if (isAt("MediaFile") && !attribute("apiFramework").equalsIgnoreCase("VPAID")) {
                String type = attribute("type");
                boolean progressive = !attribute("delivery").equalsIgnoreCase("streaming");
                int height = number("height");
                int bitrate = Math.max(number("bitrate"), number("maxBitrate"));
                HttpUrl.of(text()).ifPresent(url -> files.add(new MediaFile(url, type, progressive, height, bitrate)));
            }
        }
    }

    private void track(String event, List<Tracker> trackers) throws XMLStreamException, MarkupException {
        HttpUrl.of(text()).ifPresent(url -> trackers.add(new Tracker(event, url)));
    }

    private static OptionalLong durationMs(String text) {
        Matcher duration = DURATION.matcher(text.strip());
        if (!duration.matches()) {
            return OptionalLong.empty();
        }
        long seconds = Long.parseLong(duration.group(1)) * 3_600
                + Long.parseLong(duration.group(2)) * 60
                + Long.parseLong(duration.group(3));
        String fraction = duration.group(4) == null ? "" : duration.group(4);
        return OptionalLong.of(seconds * 1_000 + Long.parseLong((fraction + "000").substring(0, 3)));
    }

    /** Goes to the next element within the one at {@code level}; false at that one's end. */
    private boolean nextChild(int level) throws XMLStreamException, MarkupException {
        while (true) {
            int event = next();
            if (event == XMLStreamConstants.START_ELEMENT && depth == level + 1) {
                return true;
            } else if (event == XMLStreamConstants.END_ELEMENT && depth < level) {
                return false;
            }
        }
    }

    /** All text of the current element, to its end. */
    private String text() throws XMLStreamException, MarkupException {
        StringBuilder text = new StringBuilder();
        int level = depth;
        while (depth >= level) {
            int event = next();
            if (depth == level
                    && (event == XMLStreamConstants.CHARACTERS
                            || event == XMLStreamConstants.CDATA
                            || event == XMLStreamConstants.SPACE)) {
                text.append(xml.getTextCharacters(), xml.getTextStart(), xml.getTextLength());
            }
        }
        return text.toString();
    }

    private int next() throws XMLStreamException, MarkupException {
        int event = xml.next();
        if (event == XMLStreamConstants.DTD || event == XMLStreamConstants.ENTITY_REFERENCE) {
            throw new MarkupException(ResponseReason.RESPONSE_REJECTED_INVALID_VAST, "a DTD or entity");
        } else if (event == XMLStreamConstants.START_ELEMENT && ++depth > MAX_DEPTH) {
            throw new MarkupException(ResponseReason.RESPONSE_REJECTED_INVALID_VAST, "nested too deeply");
        } else if (event == XMLStreamConstants.END_ELEMENT) {
            depth--;
        }
        return event;
    }

    private boolean isAt(String name) {
        return xml.getLocalName().equals(name);
    }

    /** Empty where there is none. */
    private String attribute(String name) {
        String value = xml.getAttributeValue(null, name);
        return value == null || value.length() > MAX_ATTRIBUTE ? "" : value.strip();
    }

    /** 0 where there is none. */
    private int number(String attribute) {
        try {
            return Math.max(0, Integer.parseInt(attribute(attribute)));
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
