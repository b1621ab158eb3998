package io.nolook.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.record.ControlCommands;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which camera uses which model, and that a command says the same after its way over a topic. */
class AssignmentTest {
    private static final ModelFile A = new ModelFile("a".repeat(64), "/models/a.onnx");
    private static final int GATE = 315;
    private static final ModelFile B = new ModelFile("b".repeat(64), "/models/b.onnx");

    @Test
    void nameGoesBeforeShareAndShareBeforeFleet() {
        Assignment canary = Assignment.NONE.deploy(A).canary(B, new Share(10_000), Set.of());
        assertThat(canary.of("gate")).isEqualTo(B.hash());
        Assignment named = Assignment.NONE.deploy(A).canary(B, new Share(0), Set.of("gate"));
        assertThat(named.of("gate")).isEqualTo(B.hash());
        assertThat(named.of("yard")).isEqualTo(A.hash());
        assertThat(Assignment.NONE.of("yard")).isEqualTo(Assignment.OPTIONS);
    }

    @Test
    void rollbackEndsACanaryAndElseGoesToTheModelBefore() {
        Assignment canary = Assignment.NONE.deploy(A).canary(B, new Share(3000), Set.of());
        assertThat(canary.rollback().of("gate")).isEqualTo(A.hash());
        assertThat(canary.rollback().models()).containsExactly(A);
        Assignment all = canary.deploy(B);
        assertThat(all.of("gate")).isEqualTo(B.hash());
        assertThat(all.rollback().of("gate")).isEqualTo(A.hash());
        assertThat(Assignment.NONE.deploy(A).rollback().of("gate")).isEqualTo(Assignment.OPTIONS);
    }

    /** {@code printf gate | sha256sum} begins with c974e17b: modulo 10,000 that is the number here. */
    @Test
    void aShareIsTheSameEverywhereAndGrowsWithItsCameras() {
        List<String> cameras =
                IntStream.range(0, 2000).mapToObj(n -> "camera-" + n).toList();
        List<String> ten = cameras.stream().filter(new Share(1000)::has).toList();
        List<String> thirty = cameras.stream().filter(Share.percent(30)::has).toList();
        assertThat(thirty).containsAll(ten);
        assertThat(ten).hasSizeBetween(160, 240);
        assertThat(thirty).hasSizeBetween(540, 660);
        assertThat(new Share(GATE).has("gate")).isFalse();
        assertThat(new Share(GATE + 1).has("gate")).isTrue();
        assertThat(cameras).noneMatch(new Share(0)::has).allMatch(new Share(10_000)::has);
        assertThatThrownBy(() -> new Share(10_001)).hasMessageContaining("expected 0 to 10000");
    }

    @Test
    void aModelIsNamedWithItsFile() {
        assertThatThrownBy(() -> new Assignment(
                        List.of(B), A.hash(), Assignment.OPTIONS, Optional.empty(), new Share(0), Map.of()))
                .hasMessageContaining(A.hash())
                .hasMessageContaining("without its file");
        assertThatThrownBy(() -> new ModelFile("ABC", "/a")).hasMessageContaining("64 lower-case hex digits");
        assertThatThrownBy(() -> new ModelFile(A.hash(), " ")).hasMessageContaining("expected a path");
    }

    @Test
    void commandsSayTheSameAfterTheirWay() throws IOException {
        for (Command command : List.of(
                new Command.Prepare("1", A, Command.Codes.ANY),
                new Command.Prepare("2", A, Command.Codes.SAME),
                new Command.Activate("3", "2", 4, Assignment.NONE.deploy(A).canary(B, new Share(7), Set.of("gate"))),
                new Command.Activate("4", "", 0, Assignment.NONE),
                new Command.Keyframe("5", "t\u00fcr-1"))) {
            assertThat(ControlCommands.decode(ControlCommands.encode(command, 17, "test")))
                    .isEqualTo(command);
        }
        assertThat(new String(ControlCommands.key(new Command.Keyframe("5", "gate")), StandardCharsets.UTF_8))
                .isEqualTo("keyframe/gate");
    }

    @Test
    void whatIsNoCommandIsRefusedInWords() {
        assertThatThrownBy(() -> ControlCommands.decode(new byte[] {1, 2, 3}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("expected an Avro single object");
    }
}
