package io.nolook;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import java.util.Timer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/** The arrows of the architecture: a pure core in flow order, and adapters that point inward. */
@AnalyzeClasses(packages = "io.nolook", importOptions = LayersTest.OwnClasses.class)
class LayersTest {

    /** Classes of this module; tests and other modules left out. */
    static final class OwnClasses implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return location.contains("/operators/target/classes/");
        }
    }

    private static final DescribedPredicate<JavaClass> THREADS = describe(
            "threads and executors",
            type -> type.isEquivalentTo(Thread.class)
                    || type.isEquivalentTo(Executors.class)
                    || type.isEquivalentTo(Timer.class)
                    || type.isEquivalentTo(CompletableFuture.class)
                    || type.isAssignableTo(Executor.class));

    private static final DescribedPredicate<JavaClass> CLOCKS_AND_CHANCE = describe(
            "clocks and random numbers",
            type -> type.isEquivalentTo(Clock.class)
                    || type.isEquivalentTo(Instant.class)
                    || type.isAssignableTo(Random.class));

    @ArchTest
    static final ArchRule ONNX_RUNTIME_HAS_ONE_IMPORTER = onlyImporter("ai.onnxruntime..", "io.nolook.model.onnx");

    @ArchTest
    static final ArchRule FFMPEG_HAS_ONE_IMPORTER = onlyImporter("org.bytedeco..", "io.nolook.frame.ffmpeg");

    @ArchTest
    static final ArchRule FLINK_HAS_ONE_IMPORTER = onlyImporter("org.apache.flink..", "io.nolook.flink..");

    @ArchTest
    static final ArchRule AVRO_STAYS_IN_RECORDS_AND_SERIALIZERS = onlyImporters(
            "org.apache.avro..",
            "io.nolook.record",
            "io.nolook.registry",
            "io.nolook.flink.type",
            "io.nolook.flink.sql");

    /** Flink's operators pass records on; what is in them is known to one package. */
    @ArchTest
    static final ArchRule RECORDS_ARE_READ_AND_BUILT_IN_ONE_PACKAGE = noClasses()
            .that(resideOutsideOfPackage("io.nolook.record"))
            .should()
            .callMethodWhere(describe(
                    "getters, setters and builders of records, but for a camera's name",
                    call -> call.getTargetOwner().getPackageName().startsWith("io.nolook.schema")
                            && !call.getTargetOwner().getSimpleName().equals("SingleObject")
                            && !call.getName().equals("getCamera")));

    @ArchTest
    static final ArchRule THE_CORE_KNOWS_NO_RECORDS = noClasses()
            .that(resideOutsideOfPackages("io.nolook.record", "io.nolook.registry", "io.nolook.flink.."))
            .should()
            .dependOnClassesThat(resideInAPackage("io.nolook.schema.."));

    @ArchTest
    static final ArchRule THE_REGISTRY_KNOWS_SCHEMAS_ONLY = knowsOnly(
            "io.nolook.registry", "io.nolook.schema", "org.apache.avro..", "com.fasterxml.jackson..", "org.jspecify..");

    @ArchTest
    static final ArchRule RECORDS_KNOW_THE_CORE = noClasses()
            .that(resideInAPackage("io.nolook.record"))
            .should()
            .dependOnClassesThat(
                    resideInAnyPackage("io.nolook.flink..", "io.nolook.model.onnx", "io.nolook.frame.ffmpeg"));

    @ArchTest
    static final ArchRule FAILURES_KNOW_NOBODY = knowsOnly("io.nolook.failure");

    @ArchTest
    static final ArchRule IDENTITIES_KNOW_NOBODY = knowsOnly("io.nolook.identity");

    @ArchTest
    static final ArchRule FRAMES_KNOW_ONLY_FRAMES =
            knowsOnly("io.nolook.frame", "io.nolook.failure", "javax.imageio..");

    @ArchTest
    static final ArchRule WINDOWS_KNOW_ONLY_WINDOWS = knowsOnly("io.nolook.window", "io.nolook.identity");

    @ArchTest
    static final ArchRule BATCHES_KNOW_ONLY_BATCHES = knowsOnly("io.nolook.batch");

    @ArchTest
    static final ArchRule ROLLOUTS_KNOW_ONLY_ROLLOUTS = knowsOnly("io.nolook.rollout");

    @ArchTest
    static final ArchRule TOKENS_KNOW_ONLY_TOKENS = knowsOnly("io.nolook.token");

    @ArchTest
    static final ArchRule MODELS_KNOW_FRAMES = knowsOnly("io.nolook.model", "io.nolook.frame", "io.nolook.identity");

    @ArchTest
    static final ArchRule PLAYBACK_KNOWS_TOKENS =
            knowsOnly("io.nolook.playback", "io.nolook.token", "io.nolook.identity");

    @ArchTest
    static final ArchRule RECOGNITION_KNOWS_MODELS_AND_TOKENS = knowsOnly(
            "io.nolook.recognition", "io.nolook.model", "io.nolook.token", "io.nolook.frame", "io.nolook.identity");

    @ArchTest
    static final ArchRule GENERATION_KNOWS_MODELS =
            knowsOnly("io.nolook.generation", "io.nolook.model", "io.nolook.frame", "io.nolook.digest");

    @ArchTest
    static final ArchRule QUALITY_KNOWS_FRAMES = knowsOnly("io.nolook.quality", "io.nolook.frame");

    @ArchTest
    static final ArchRule VERIFICATION_KNOWS_WINDOWS =
            knowsOnly("io.nolook.verification", "io.nolook.window", "io.nolook.identity");

    @ArchTest
    static final ArchRule ARCHIVES_KNOW_TOKENS_AND_WINDOWS =
            knowsOnly("io.nolook.archive", "io.nolook.token", "io.nolook.window");

    @ArchTest
    static final ArchRule SEQUENCES_KNOW_TOKENS = knowsOnly("io.nolook.sequence", "io.nolook.token");

    @ArchTest
    static final ArchRule FFMPEG_KNOWS_FRAMES =
            knowsOnly("io.nolook.frame.ffmpeg", "io.nolook.frame", "org.bytedeco..", "org.slf4j..");

    @ArchTest
    static final ArchRule ONNX_KNOWS_MODELS =
            knowsOnly("io.nolook.model.onnx", "io.nolook.model", "io.nolook.frame", "ai.onnxruntime..", "org.slf4j..");

    @ArchTest
    static final ArchRule NO_CYCLES =
            slices().matching("io.nolook.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule NO_EMPTY_NAMES = noClasses()
            .should()
            .haveNameMatching(".*(Manager|Helper|Utils?|Impl|Base|Data|(?<!Type)Info)$")
            .because("a suffix says a meaning (TypeInfo is Flink's)");

    @ArchTest
    static final ArchRule THREADS_ARE_FLINKS = noClasses()
            .that(resideOutsideOfPackage("io.nolook.flink.."))
            .should()
            .dependOnClassesThat(THREADS);

    @ArchTest
    static final ArchRule ONE_CLASS_STARTS_A_THREAD = noClasses()
            .that()
            .haveNameNotMatching("io\\.nolook\\.flink\\.model\\.InferenceWorker(\\$.*)?")
            .should()
            .dependOnClassesThat(describe(
                    "Thread or Executors",
                    type -> type.isEquivalentTo(Thread.class) || type.isEquivalentTo(Executors.class)));

    @ArchTest
    static final ArchRule STEPS_HAVE_NO_CLOCK = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.nolook.window",
                    "io.nolook.batch",
                    "io.nolook.rollout",
                    "io.nolook.playback",
                    "io.nolook.recognition",
                    "io.nolook.token",
                    "io.nolook.archive",
                    "io.nolook.sequence",
                    "io.nolook.quality",
                    "io.nolook.verification")
            .and()
            .haveSimpleNameNotEndingWith("Probe")
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .dependOnClassesThat(CLOCKS_AND_CHANCE);

    private static ArchRule onlyImporter(String engine, String importer) {
        return onlyImporters(engine, importer);
    }

    private static ArchRule onlyImporters(String engine, String... importers) {
        return noClasses()
                .that(resideOutsideOfPackages(importers))
                .should()
                .dependOnClassesThat(resideInAPackage(engine));
    }

    /** The package depends on nothing but itself, Java, hashes, and the packages given. */
    private static ArchRule knowsOnly(String owner, String... others) {
        String[] known = Arrays.copyOf(others, others.length + 5);
        known[others.length] = owner;
        known[others.length + 1] = "java..";
        known[others.length + 2] = "org.jspecify..";
        known[others.length + 3] = ""; // primitives and their arrays
        known[others.length + 4] = "io.nolook.digest";
        return classes()
                .that()
                .resideInAPackage(owner)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(known);
    }
}
