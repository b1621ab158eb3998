package io.nolook.flink.detokenize;

import io.nolook.flink.model.ClipRules;
import io.nolook.frame.PictureEncoder;
import io.nolook.model.StreamModel;
import io.nolook.record.DecodedFrames;
import io.nolook.schema.Frame;
import io.nolook.schema.TokenFrame;
import java.util.List;
import org.apache.flink.metrics.MetricGroup;

/** Token frames to decoder steps; the pictures to JPEG frames. */
public final class DetokenizeRules extends ClipRules<byte[], Frame> {
    private static final long serialVersionUID = 1;

    private final DetokenizeSettings settings;
    private transient StreamModel<int[], byte[]> decoder;
    private transient PictureEncoder encoder;

    public DetokenizeRules(DetokenizeSettings settings) {
        this.settings = settings;
    }

    @Override
    public void open(StreamModel<int[], byte[]> model, MetricGroup metrics) {
        super.open(model, metrics);
        decoder = model;
        encoder = new PictureEncoder();
    }

    @Override
    public List<Frame> records(StreamModel<int[], byte[]> model, TokenFrame frame, byte[] rgb) {
        return DecodedFrames.of(frame, rgb, decoder, picture -> encoder.jpeg(picture, settings.jpegQuality()));
    }
}
