package io.nolook.tool.demo;

import io.nolook.failure.IntakeException;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.Picture;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicReader;
import io.nolook.model.VideoDetokenizer;
import io.nolook.offline.OfflineDetokenizer;
import io.nolook.record.CameraKeys;
import io.nolook.record.FrameIntake;
import io.nolook.record.ReceivedRecord;
import io.nolook.schema.TokenFrame;
import io.nolook.window.CameraFrame;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.IsolationLevel;

/** What a camera sent, as the model saw it, beside what its tokens decode to. */
final class Reconstruction {

    private Reconstruction() {}

    /** The first frames of each camera in the frames topic, fitted to the model, by sequence number. */
    static Map<String, Map<Long, Picture>> originals(KafkaSettings kafka, TokenizeSettings settings, long limit) {
        FrameIntake intake = settings.intake();
        Map<String, Map<Long, Picture>> originals = new HashMap<>();
        try (TopicReader reader = new TopicReader(kafka, kafka.framesTopic(), IsolationLevel.READ_UNCOMMITTED)) {
            reader.readToEnd(record -> {
                Map<Long, Picture> known =
                        originals.computeIfAbsent(CameraKeys.cameraOrUnknown(record.key()), camera -> new HashMap<>());
                if (known.size() >= limit) {
                    return;
                }
                try {
                    CameraFrame frame = intake.decode(new ReceivedRecord(
                            record.topic(),
                            record.partition(),
                            record.offset(),
                            record.timestamp(),
                            record.key(),
                            record.value(),
                            List.of()));
                    int width = settings.frameSize().width();
                    int height = settings.frameSize().height();
                    known.put(frame.sequence(), new Picture(width, height, frame.rgb()));
                } catch (IntakeException e) {
                    // a dead letter: it has no tokens to compare with
                }
            });
        }
        return originals;
    }

    /** Decodes token frames and pairs their real frames with the originals; stops at the first that is not there. */
    static Demo.Pictures decode(VideoDetokenizer detokenizer, List<TokenFrame> frames, Map<Long, Picture> originals) {
        OfflineDetokenizer decoder = new OfflineDetokenizer(detokenizer);
        List<Picture> before = new ArrayList<>();
        List<Picture> after = new ArrayList<>();
        for (TokenFrame frame : frames) {
            List<Picture> decoded = decoder.decode(frame);
            for (int i = 0; i < decoded.size(); i++) {
                Picture original = originals.get(frame.getFirstSequence() + i);
                if (original == null) {
                    return new Demo.Pictures(before, after);
                }
                before.add(original);
                after.add(decoded.get(i));
            }
        }
        return new Demo.Pictures(before, after);
    }
}
