package io.nolook.tool.chaos;

import io.nolook.digest.Sha256;
import io.nolook.kafka.ControlTopic;
import io.nolook.kafka.KafkaSettings;
import io.nolook.model.onnx.ModelFiles;
import io.nolook.rollout.Command.Codes;
import io.nolook.rollout.ModelFile;
import io.nolook.rollout.Share;
import io.nolook.tool.rollout.Rollout;
import java.time.Duration;
import java.util.Set;

/** Commands to the job, one after the other: a model for half of the cameras, for all, and back, and keyframes. */
final class ChaosCommands {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String OTHER = "builtin:nolook-small/fp32";

    private final ControlTopic control;
    private final Rollout rollout;
    private final ModelFile other;
    private int given;

    ChaosCommands(KafkaSettings kafka) {
        control = new ControlTopic(kafka, "chaos");
        rollout = new Rollout(control, PATIENCE, line -> {});
        other = new ModelFile(Sha256.hex(ModelFiles.read("builtin:nolook-small", "encoder")), OTHER);
    }

    /** Gives the next; what it was. */
    String next(String camera) throws InterruptedException {
        switch (given++ % 5) {
            case 0 -> {
                rollout.to(control.assignment().canary(other, Share.percent(50), Set.of()), Codes.SAME);
                return "model for half";
            }
            case 1 -> {
                rollout.keyframe(camera);
                return "keyframe";
            }
            case 2 -> {
                rollout.to(control.assignment().deploy(other), Codes.SAME);
                return "model for all";
            }
            case 3 -> {
                rollout.to(control.assignment().rollback(), Codes.SAME);
                return "model back";
            }
            default -> {
                rollout.to(control.assignment().canary(other, new Share(0), Set.of(camera)), Codes.SAME);
                return "model for one";
            }
        }
    }
}
