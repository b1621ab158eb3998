package io.nolook.job.detokenize;

import io.nolook.flink.detokenize.DetokenizeSettings;
import io.nolook.flink.detokenize.OnnxDetokenizerLoader;
import io.nolook.flink.model.ModelLoader;
import io.nolook.job.JobMain;
import io.nolook.job.KafkaJob;
import io.nolook.kafka.KafkaEnds;
import io.nolook.kafka.TopicNeeds;
import io.nolook.kafka.TopicNeeds.Retention;
import io.nolook.kafka.Topics;
import io.nolook.record.TokenFrameIntake;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tokens to JPEG frames, for viewers and whoever still wants pixels, between Kafka and Kafka. */
public final class DetokenizeJob extends KafkaJob {
    private static final Logger LOG = LoggerFactory.getLogger(DetokenizeJob.class);

    private final DetokenizeSettings detokenize;

    /**
     * @param configuration nolook's options and any of Flink's
     * @throws IllegalArgumentException naming the key of the first bad option
     */
    public DetokenizeJob(Configuration configuration) {
        super(configuration, "nolook-detokenize");
        detokenize = DetokenizeSettings.of(configuration());
    }

    /** As {@link JobMain} has it. */
    public static void main(String[] arguments) throws Exception {
        JobMain.run(arguments, DetokenizeJob::new);
    }

    @Override
    public List<ModelLoader<?>> models() {
        return List.of(new OnnxDetokenizerLoader(detokenize));
    }

    @Override
    public void wire(StreamExecutionEnvironment environment) {
        int letter = Topics.deadLetterBytes(TokenFrameIntake.MAX_BYTES);
        // a JPEG of noise at the best quality is smaller than its pixels
        int frame = Topics.frameRecordBytes(detokenize.frameSize().rgbBytes());
        Map<String, Integer> partitions = new Topics(
                        kafka(),
                        Map.of(
                                kafka().tokensTopic(), new TopicNeeds(0, Retention.ANY, "nothing"),
                                kafka().decodedFramesTopic(), new TopicNeeds(frame, Retention.ANY, "frame.size"),
                                kafka().deadLettersTopic(), new TopicNeeds(letter, Retention.ANY, "nothing")))
                .ensure();
        LOG.info("topics and partitions: {}", partitions);
        KafkaEnds ends = new KafkaEnds(kafka(), Math.max(frame, letter));
        new DetokenizePipeline(detokenize, new OnnxDetokenizerLoader(detokenize))
                .build(
                        environment
                                .fromSource(ends.tokenRecords(), WatermarkStrategy.noWatermarks(), "tokens")
                                .uid("tokens"),
                        partitions.get(kafka().tokensTopic()),
                        ends.decodedFrames(),
                        ends.deadLetters());
    }
}
