package io.nolook.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.nolook.camera.CamerasFile;
import io.nolook.cli.Main;
import io.nolook.flink.model.InferenceOptions;
import io.nolook.flink.tokenize.TokenizeOptions;
import io.nolook.job.KafkaJob;
import io.nolook.job.archive.ArchiveJob;
import io.nolook.job.detokenize.DetokenizeJob;
import io.nolook.job.generate.GenerateJob;
import io.nolook.job.recognize.RecognizeJob;
import io.nolook.job.sequence.SequenceJob;
import io.nolook.job.tokenize.TokenizeJob;
import io.nolook.option.OptionSources;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalResourceOptions;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the manifests set is what the jobs and Flink know, and fits their memory. */
class KubernetesTest {
    private static final Path MANIFESTS = Page.HOME.resolve("deploy/kubernetes");
    private static final Path GPU = MANIFESTS.resolve("overlays/gpu");
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    /** Of the shipped encoder that keeps a window; the one in integers has none. */
    private static final int CHUNKS_OF_HISTORY = 9;

    private static final int FRAMES_OF_A_CHUNK = 4;
    private static final Map<String, Function<Configuration, KafkaJob>> JOBS = Map.of(
            "tokenize", TokenizeJob::new,
            "recognize", RecognizeJob::new,
            "generate", GenerateJob::new,
            "archive", ArchiveJob::new,
            "sequence", SequenceJob::new,
            "detokenize", DetokenizeJob::new);
    private static final List<Class<?>> OPTIONS_OF_FLINK = List.of(
            CheckpointingOptions.class,
            ExternalResourceOptions.class,
            HighAvailabilityOptions.class,
            RestartStrategyOptions.class,
            StateBackendOptions.class,
            TaskManagerOptions.class,
            WebOptions.class);

    /** A job's options and its FlinkDeployment, in one overlay. */
    record Deployed(String job, boolean gpu) {
        Configuration options() throws IOException {
            String[] common = {
                "--config", MANIFESTS.resolve("base/nolook.properties").toString()
            };
            String[] more = {"--config", GPU.resolve("gpu.properties").toString()};
            return OptionSources.parse(
                            gpu ? Stream.of(common, more).flatMap(Stream::of).toArray(String[]::new) : common)
                    .read(Map.of());
        }

        JsonNode spec() throws IOException {
            JsonNode spec = yaml(MANIFESTS.resolve("components/flink/deployment.yaml"));
            spec = YAML.readerForUpdating(spec).readValue(yaml(MANIFESTS.resolve("jobs/" + job + "/" + job + ".yaml")));
            return (gpu ? YAML.readerForUpdating(spec).<JsonNode>readValue(yaml(GPU.resolve("deployment.yaml"))) : spec)
                    .get("spec");
        }
    }

    static Stream<Deployed> deployed() {
        return Stream.concat(
                JOBS.keySet().stream().sorted().map(job -> new Deployed(job, false)),
                Stream.of("tokenize", "recognize", "generate", "detokenize").map(job -> new Deployed(job, true)));
    }

    private static JsonNode yaml(Path file) throws IOException {
        return YAML.readTree(file.toFile());
    }

    @ParameterizedTest
    @MethodSource("deployed")
    void theJobTakesItsOptions(Deployed deployed) throws IOException {
        KafkaJob job = JOBS.get(deployed.job()).apply(deployed.options());

        assertThat(deployed.spec().at("/job/entryClass").asText())
                .isEqualTo(job.getClass().getName());
    }

    @ParameterizedTest
    @MethodSource("deployed")
    void flinkKnowsItsSettings(Deployed deployed) throws IOException, IllegalAccessException {
        Set<String> known = new LinkedHashSet<>();
        for (Class<?> options : OPTIONS_OF_FLINK) {
            for (Field field : options.getFields()) {
                if (field.getType() == ConfigOption.class) {
                    known.add(((ConfigOption<?>) field.get(null)).key());
                }
            }
        }
        known.add("metrics.reporter.prom." + MetricOptions.REPORTER_FACTORY_CLASS.key());
        known.add("metrics.reporter.prom.port");
        known.add("metrics.reporter.prom.filterLabelValueCharacters");
        known.add("metrics.reporter.prom.scope.variables.excludes");
        known.add(ExternalResourceOptions.getAmountConfigOptionForResource("gpu"));
        known.add(ExternalResourceOptions.getExternalResourceDriverFactoryConfigOptionForResource("gpu"));
        known.add(ExternalResourceOptions.getSystemConfigKeyConfigOptionForResource("gpu", "kubernetes.config-key"));

        deployed.spec()
                .get("flinkConfiguration")
                .fieldNames()
                .forEachRemaining(key -> assertThat(known).contains(key));
    }

    /** The formula of deploy/docs/operations.md, with the largest picture that is taken, over Flink's own shares. */
    @ParameterizedTest
    @MethodSource("deployed")
    void theHeapOfTasksFits(Deployed deployed) throws IOException {
        JsonNode spec = deployed.spec();
        Configuration flink = new Configuration();
        spec.get("flinkConfiguration")
                .properties()
                .forEach(set -> flink.setString(set.getKey(), set.getValue().asText()));
        flink.set(
                TaskManagerOptions.TOTAL_PROCESS_MEMORY,
                MemorySize.parse(spec.at("/taskManager/resource/memory").asText()));
        long heap = TaskExecutorProcessUtils.processSpecFromConfig(flink)
                .getTaskHeapSize()
                .getBytes();

        Configuration options = deployed.options();
        long pixels = options.get(TokenizeOptions.FRAME_MAX_PIXELS);
        long slot = options.get(InferenceOptions.ACTIVATIONS_MAX_BYTES).getBytes()
                + options.get(InferenceOptions.STATE_HELD_BYTES).getBytes()
                + options.get(InferenceOptions.BATCH_QUEUE)
                        * (CHUNKS_OF_HISTORY + 1L)
                        * FRAMES_OF_A_CHUNK
                        * 128
                        * 128
                        * 3
                + 6 * pixels;
        assertThat(heap).isGreaterThanOrEqualTo(flink.get(TaskManagerOptions.NUM_TASK_SLOTS) * slot);
        assertThat(options.get(TokenizeOptions.CONTROL_MODELS_MAX_BYTES))
                .isLessThanOrEqualTo(flink.get(TaskManagerOptions.TASK_OFF_HEAP_MEMORY));
    }

    @ParameterizedTest
    @CsvSource({
        "base/cameras.yaml, /spec/template/spec/containers/0/args",
        "jobs/page/page.yaml, /spec/template/spec/containers/0/args",
        "jobs/expire/expire.yaml, /spec/jobTemplate/spec/template/spec/containers/0/args"
    })
    void theProgramKnowsTheCommands(String file, String path) throws IOException {
        List<String> arguments = new ArrayList<>();
        yaml(MANIFESTS.resolve(file)).at(path).forEach(argument -> arguments.add(argument.asText()));

        assertThat(arguments).isNotEmpty();
        assertThatNoException().isThrownBy(() -> Main.commandLine().parseArgs(arguments.toArray(String[]::new)));
        arguments.stream()
                .filter(argument -> argument.matches("[a-z][a-z.-]+=.*"))
                .forEach(argument -> assertThatNoException()
                        .isThrownBy(() -> OptionSources.parse("-D", argument).read(Map.of())));
    }

    @Test
    void imagesCopyWhatBuildersAreSent() throws IOException {
        List<String> sent = Files.readAllLines(Page.HOME.resolve(".dockerignore")).stream()
                .filter(line -> line.startsWith("!"))
                .map(line -> line.substring(1))
                .toList();
        List<String> copied = Files.readAllLines(Page.HOME.resolve("deploy/images/Dockerfile")).stream()
                .filter(line -> line.startsWith("COPY ") && !line.contains("--from="))
                .flatMap(line -> {
                    List<String> words = List.of(line.split(" "));
                    return words.subList(1, words.size() - 1).stream();
                })
                .toList();

        assertThat(copied)
                .hasSizeGreaterThan(5)
                .allSatisfy(file ->
                        assertThat(sent).as(file).anyMatch(path -> Path.of(file).startsWith(path)));
    }

    @Test
    void theFleetTakesItsFile(@TempDir Path folder) throws IOException {
        Path passwords = Files.createDirectory(folder.resolve("passwords"));
        Files.writeString(passwords.resolve("gate"), "user:secret");
        Path file = folder.resolve("cameras.yaml");
        Files.writeString(
                file,
                Files.readString(MANIFESTS.resolve("base/fleet.yaml"))
                        .replace("/etc/nolook/passwords", passwords.toString()));

        assertThat(new CamerasFile(128).read(file)).containsKey("gate");
    }
}
