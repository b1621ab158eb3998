package io.nolook;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Jobs wire: the engines stay behind the operators, the broker behind kafka and local, the terminal in cli. */
@AnalyzeClasses(packages = "io.nolook", importOptions = LayersTest.OwnClasses.class)
class LayersTest {

    /** Classes of this module; tests and other modules left out. */
    static final class OwnClasses implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return location.contains("/jobs/target/classes/");
        }
    }

    @ArchTest
    static final ArchRule ENGINES_STAY_BEHIND_THE_OPERATORS =
            noClasses().should().dependOnClassesThat().resideInAnyPackage("ai.onnxruntime..", "org.bytedeco..");

    /** Beside them demo and bench read topics: they see the records, and say the isolation they read with. */
    @ArchTest
    static final ArchRule KAFKA_STAYS_IN_KAFKA_AND_LOCAL = noClasses()
            .that()
            .resideOutsideOfPackages("io.nolook.kafka", "io.nolook.local")
            .should()
            .dependOnClassesThat(describe(
                    "Kafka's but for IsolationLevel and ConsumerRecord",
                    type -> (type.getPackageName().startsWith("org.apache.kafka")
                                    || type.getPackageName().startsWith("kafka."))
                            && !type.getSimpleName().matches("IsolationLevel|ConsumerRecord")));

    @ArchTest
    static final ArchRule NOBODY_KNOWS_THE_COMMAND_LINE = noClasses()
            .that()
            .resideOutsideOfPackage("io.nolook.cli")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.nolook.cli");

    @ArchTest
    static final ArchRule ARGUMENTS_ARE_READ_AT_THE_EDGE = noClasses()
            .that()
            .resideOutsideOfPackages("io.nolook.cli", "io.nolook.option")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("picocli..");

    @ArchTest
    static final ArchRule SIMULATOR_AND_PICTURE_KNOW_FRAMES_ONLY = noClasses()
            .that()
            .resideInAnyPackage("io.nolook.camera.simulator", "io.nolook.report")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.nolook.flink..",
                    "io.nolook.kafka..",
                    "io.nolook.job..",
                    "org.apache..",
                    "io.nolook.record..",
                    "io.nolook.schema..");

    @ArchTest
    static final ArchRule OFFLINE_NEEDS_NO_BROKER = noClasses()
            .that()
            .resideInAPackage("io.nolook.offline")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.nolook.kafka..", "io.nolook.local..", "org.apache.kafka..");

    /** What the job jar holds needs nothing of what it leaves out. */
    @ArchTest
    static final ArchRule JOBS_NEED_NO_TOOLS = noClasses()
            .that()
            .resideInAnyPackage("io.nolook.job..", "io.nolook.kafka", "io.nolook.option")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.nolook.camera..",
                    "io.nolook.cli",
                    "io.nolook.local",
                    "io.nolook.offline",
                    "io.nolook.page..",
                    "io.nolook.report",
                    "io.nolook.tool..",
                    "kafka..");

    @ArchTest
    static final ArchRule TOOLS_ARE_NEEDED_BY_TOOLS_AND_THE_COMMAND_LINE = noClasses()
            .that()
            .resideOutsideOfPackages("io.nolook.tool..", "io.nolook.cli")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.nolook.tool..");

    /** The page is the only server that others may reach: what it is made of stays in it. */
    @ArchTest
    static final ArchRule THE_SERVER_STAYS_IN_THE_PAGE = noClasses()
            .that()
            .resideOutsideOfPackage("io.nolook.page")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.javalin..", "org.eclipse.jetty..", "jakarta.servlet..");

    @ArchTest
    static final ArchRule WHAT_IS_LIVE_KNOWS_NEITHER_BROKER_NOR_BROWSER = noClasses()
            .that()
            .resideInAnyPackage("io.nolook.page.live", "io.nolook.page.picture")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.nolook.kafka..", "io.nolook.page", "org.apache.kafka..");

    @ArchTest
    static final ArchRule NO_CYCLES =
            slices().matching("io.nolook.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule NO_EMPTY_NAMES = noClasses()
            .should()
            .haveNameMatching(".*(Manager|Helper|Utils?|Impl|Base|Data|Info)$")
            .because("a suffix says a meaning");
}
