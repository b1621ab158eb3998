package io.nolook.record;

import io.nolook.rollout.Assignment;
import io.nolook.rollout.Command;
import io.nolook.rollout.ModelFile;
import io.nolook.rollout.Share;
import io.nolook.schema.ControlCommand;
import io.nolook.schema.ControlKind;
import io.nolook.schema.SingleObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Commands as the records of the control topic; those that ask for continuations are {@link GenerateCommands}. */
public final class ControlCommands {
    /** Key of the newest {@link Command.Prepare}. */
    public static final String PREPARE = "prepare";
    /** Key of the newest {@link Command.Activate}. */
    public static final String ACTIVATE = "activate";

    private static final String KEYFRAME = "keyframe/";

    private ControlCommands() {}

    /** The key of a command's record, by which a newer one takes its place. */
    public static byte[] key(Command command) {
        String key = command instanceof Command.Prepare
                ? PREPARE
                : command instanceof Command.Keyframe keyframe ? KEYFRAME + keyframe.camera() : ACTIVATE;
        return key.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * The record of a command.
     *
     * @param sender who gives it
     */
    public static byte[] encode(Command command, long atMicros, String sender) {
        ControlCommand.Builder record = ControlCommand.newBuilder()
                .setId(command.id())
                .setAtMicros(atMicros)
                .setSender(sender);
        if (command instanceof Command.Prepare prepare) {
            record.setKind(ControlKind.PREPARE)
                    .setModels(List.of(record(prepare.model())))
                    .setNewTokens(prepare.codes() == Command.Codes.ANY);
        } else if (command instanceof Command.Activate activate) {
            Assignment assignment = activate.assignment();
            record.setKind(ControlKind.ACTIVATE)
                    .setPrepared(activate.prepared())
                    .setTasks(activate.tasks())
                    .setModels(assignment.files().stream()
                            .map(ControlCommands::record)
                            .toList())
                    .setFleet(assignment.fleet())
                    .setFleetBefore(assignment.before())
                    .setShare(assignment.canary().orElse(""))
                    .setShareBasisPoints(assignment.share().basisPoints())
                    .setCameras(assignment.cameras());
        } else if (command instanceof Command.Keyframe keyframe) {
            record.setKind(ControlKind.KEYFRAME).setCamera(keyframe.camera());
        } else {
            throw new IllegalArgumentException("found " + command + ", expected a command to the tokenizing job");
        }
        return SingleObject.controlCommands().encode(record.build());
    }

    /**
     * The command of a record.
     *
     * @throws IOException saying what was found and expected, when there is none in it
     */
    public static Command decode(byte[] value) throws IOException {
        ControlCommand record = SingleObject.controlCommands().decode(value);
        try {
            List<ModelFile> files = record.getModels().stream()
                    .map(file -> new ModelFile(file.getHash(), file.getLocation()))
                    .toList();
            return switch (record.getKind()) {
                case PREPARE ->
                    new Command.Prepare(
                            record.getId(),
                            files.stream()
                                    .findFirst()
                                    .orElseThrow(() -> new IllegalArgumentException(
                                            "prepare: found no model, expected the one to prepare")),
                            record.getNewTokens() ? Command.Codes.ANY : Command.Codes.SAME);
                case ACTIVATE ->
                    new Command.Activate(
                            record.getId(),
                            record.getPrepared(),
                            record.getTasks(),
                            new Assignment(
                                    files,
                                    record.getFleet(),
                                    record.getFleetBefore(),
                                    Optional.of(record.getShare()).filter(model -> !model.isEmpty()),
                                    new Share(record.getShareBasisPoints()),
                                    record.getCameras()));
                case KEYFRAME -> new Command.Keyframe(record.getId(), record.getCamera());
                case GENERATE -> new Command.Elsewhere(record.getId());
            };
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static io.nolook.schema.ModelFile record(ModelFile file) {
        return new io.nolook.schema.ModelFile(file.hash(), file.location());
    }
}
