package io.nolook.page.picture;

import io.nolook.failure.IntakeException;
import io.nolook.frame.FrameDecoder;
import io.nolook.frame.FrameEncoding;
import io.nolook.frame.FrameLimits;
import io.nolook.frame.FrameSize;
import io.nolook.frame.Picture;
import io.nolook.frame.PictureEncoder;
import io.nolook.page.live.NewestFrame;
import io.nolook.record.CameraKeys;
import io.nolook.schema.Frame;
import io.nolook.schema.SingleObject;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Newest frames as JPEGs that a browser may have: within the limits of the tokenizing job, or why not.
 *
 * <p>A JPEG whose header keeps to the limits goes as it came; other codecs, and JPEGs that a browser would turn, are
 * decoded and coded again. Keeps the last {@value #MOST_KEPT} that it made. Thread-safe: one picture at a time.
 */
public final class OriginalPictures {
    private static final Logger LOG = LoggerFactory.getLogger(OriginalPictures.class);
    private static final int MOST_KEPT = 64;
    private static final double QUALITY = 0.85;

    private final FrameLimits limits;
    private final SingleObject<Frame> frames = SingleObject.frames();
    private final FrameDecoder decoder;
    private final PictureEncoder encoder = new PictureEncoder();
    private final Map<String, PictureBytes> kept = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, PictureBytes> eldest) {
            return size() > MOST_KEPT;
        }
    };

    public OriginalPictures(FrameLimits limits) {
        this.limits = limits;
        decoder = new FrameDecoder(limits);
    }

    /** The picture of a camera's newest frame. */
    public synchronized PictureBytes of(String camera, NewestFrame newest) {
        PictureBytes before = kept.get(camera);
        if (before != null && before.number() == newest.number()) {
            return before;
        }
        PictureBytes made = made(camera, newest);
        kept.put(camera, made);
        return made;
    }

    private PictureBytes made(String camera, NewestFrame newest) {
        try {
            return PictureBytes.of(newest.number(), newest.atMillis(), jpeg(camera, newest));
        } catch (IOException | IntakeException e) {
            return PictureBytes.none(newest.number(), newest.atMillis(), String.valueOf(e.getMessage()));
        } catch (RuntimeException e) { // such as a picture that no JPEG can hold; frames are anybody's
            LOG.debug("the newest frame of {} cannot be shown", camera, e);
            return PictureBytes.none(newest.number(), newest.atMillis(), String.valueOf(e.getMessage()));
        }
    }

    private byte[] jpeg(String camera, NewestFrame newest) throws IOException, IntakeException {
        byte[] value = newest.record().value();
        if (value == null || value.length > limits.maxBytes() + (64 << 10)) {
            throw new IOException("found a record of " + (value == null ? "no" : value.length)
                    + " bytes, expected a frame" + " within frame.max-bytes");
        }
        Frame frame = frames.decode(value);
        if (!CameraKeys.cameraOrUnknown(newest.record().key()).equals(camera)
                || !frame.getCamera().equals(camera)) {
            throw new IOException("found a frame of another camera than its key, expected the same");
        }
        byte[] payload = new byte[frame.getPayload().remaining()];
        frame.getPayload().duplicate().get(payload);
        FrameEncoding encoding = FrameEncoding.valueOf(frame.getEncoding().name());
        if (encoding == FrameEncoding.JPEG && payload.length <= limits.maxBytes()) {
            Optional<FrameSize> size = FrameDecoder.sizeOfJpeg(payload, limits);
            if (size.isPresent()
                    && size.get().width() == frame.getWidth()
                    && size.get().height() == frame.getHeight()) {
                return payload;
            }
        }
        Picture picture = decoder.decode(encoding, frame.getWidth(), frame.getHeight(), frame.getPayload());
        return encoder.jpeg(picture, QUALITY);
    }
}
