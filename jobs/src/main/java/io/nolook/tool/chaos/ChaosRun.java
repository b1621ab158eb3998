package io.nolook.tool.chaos;

import io.nolook.flink.generate.GenerateSettings;
import io.nolook.flink.recognize.RecognizeSettings;
import io.nolook.flink.tokenize.OnnxTokenizerLoader;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.job.tokenize.TokenizeJob;
import io.nolook.kafka.AgedTransactions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicLag;
import io.nolook.model.VideoTokenizer;
import io.nolook.tool.verify.KnownEncoders;
import io.nolook.tool.verify.ReaderReport;
import io.nolook.tool.verify.ReaderVerification;
import io.nolook.tool.verify.TopicVerification;
import io.nolook.tool.verify.VerifyReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.configuration.Configuration;

/**
 * Faults in a seeded order on a cluster under load, each after a checkpoint completed since the last recovery.
 *
 * <p>Every kind comes once before any comes again. At the end the cameras stop, the jobs read all there is and are drained,
 * and the verifiers go through everything.
 */
public final class ChaosRun {
    private static final Waiting PATIENTLY = new Waiting(Duration.ofMinutes(3));
    private static final int TASK_MANAGERS = 2; // and one where a generating job runs
    private static final long HEARTBEAT_LOST_MILLIS = 9000; // and ZooKeeper's session
    private static final long SHORT_PAUSE_MILLIS = 5000;
    private static final long AIM_MILLIS = 1500;
    private static final long DELAYED_MILLIS = 10_000;
    private static final DelayedLink.Delay LATE = new DelayedLink.Delay(100, 400);

    private final Plan plan;
    private final Path folder;
    private final String classPath;
    private final PrintWriter said;
    private final Random random;
    private final List<ChaosReport.Fault> faults = new ArrayList<>();
    private final Map<FaultKind, String> leftOut = new EnumMap<>(FaultKind.class);
    private ChaosCluster cluster;
    private ChaosJobs jobs;
    private ChaosJob job;
    private CheckpointDisk disk;
    private ChaosCommands commands;
    private Optional<AgedTransactions> aged = Optional.empty();
    private Map<String, Long> producers = Map.of();
    private long began;

    /**
     * What to do.
     *
     * @param minutes of faults, above 0
     * @param seed of the schedule and the cameras
     * @param cameras at least 1
     * @param framesPerSecond of each, at least 1
     * @param brokers 1 to 5
     * @param transactions of the job's sinks, as the run begins
     * @param generates whether a generating job reads the tokens, too
     */
    public record Plan(
            double minutes,
            long seed,
            int cameras,
            int framesPerSecond,
            int brokers,
            Transactions transactions,
            boolean generates) {

        /** What the transactional ids have behind them. */
        public enum Transactions {
            NEW,
            /** So many transactions that their producers' epochs run out. */
            AGED
        }

        public Plan {
            require(minutes > 0, "--minutes", minutes, "above 0");
            require(cameras >= 1 && cameras <= 256, "--cameras", cameras, "1 to 256");
            require(framesPerSecond >= 1 && framesPerSecond <= 60, "--fps", framesPerSecond, "1 to 60");
            require(brokers >= 1 && brokers <= 5, "--brokers", brokers, "1 to 5");
        }

        private static void require(boolean holds, String key, Object found, String expected) {
            if (!holds) {
                throw new IllegalArgumentException(key + ": found " + found + ", expected " + expected);
            }
        }
    }

    /**
     * @param folder of logs, state and checkpoints
     * @param classPath of the processes; another build of nolook can be tried with this one's verifier
     * @param said takes a line for each fault
     */
    public ChaosRun(Plan plan, Path folder, String classPath, PrintWriter said) {
        this.plan = plan;
        this.folder = folder.toAbsolutePath();
        this.classPath = classPath;
        this.said = said;
        random = new Random(plan.seed());
    }

    /** Runs it all; every process is dead when this returns. */
    public ChaosReport run(Configuration options) throws Exception {
        int taskManagers = plan.generates() ? TASK_MANAGERS + 1 : TASK_MANAGERS;
        try (ChaosCluster running = new ChaosCluster(folder, classPath, plan.brokers(), taskManagers);
                CheckpointDisk checkpoints = new CheckpointDisk(folder.resolve("checkpoints"))) {
            cluster = running;
            disk = checkpoints;
            say(
                    "starting %d brokers, ZooKeeper, JobManager and %d TaskManagers; logs in %s",
                    plan.brokers(), taskManagers, folder);
            cluster.start(PATIENTLY);
            Path savepoints = folder.resolve("savepoints");
            jobs = new ChaosJobs(cluster, PATIENTLY, options, disk.folder(), savepoints, plan.generates());
            job = jobs.tokenizing();
            if (plan.transactions() == Plan.Transactions.AGED) {
                age();
            }
            jobs.start();
            return underLoad();
        }
    }

    private void age() throws ExecutionException, InterruptedException {
        say("ageing transactional ids to epoch %d, which takes minutes", AgedTransactions.EPOCHS);
        aged = Optional.of(new AgedTransactions(new TokenizeJob(job.configuration()).kafka()));
        aged.get().age();
        producers = aged.get().producers();
    }

    private ChaosReport underLoad() throws Exception {
        try (ChaosCameras cameras =
                new ChaosCameras(patient(job.configuration()), plan.cameras(), plan.framesPerSecond(), plan.seed())) {
            cameras.start();
            commands = new ChaosCommands(patient(job.configuration()));
            began = System.nanoTime();
            injectAll();
            say("cameras stop; the jobs read what is left");
            cameras.stop();
            jobs.drain();
            long renewed = aged.isPresent() ? aged.get().renewed(producers) : 0;
            VerifyReport verdict = verify();
            ReaderReport readers = verifyReaders();
            Map<String, Long> misdeeds = new TreeMap<>();
            cameras.misdeeds().forEach((misdeed, count) -> misdeeds.put(misdeed.name(), count));
            return new ChaosReport(
                    verdict.passed() && readers.passed(),
                    plan.seed(),
                    plan.minutes(),
                    new ChaosReport.Cameras(plan.cameras(), plan.framesPerSecond()),
                    cameras.sent(),
                    faults.stream().map(ChaosReport.Fault::kind).distinct().count(),
                    faults.stream().filter(fault -> fault.chunksRunning() > 0).count(),
                    faults.stream().filter(fault -> fault.openTokens() > 0).count(),
                    leftOut,
                    misdeeds,
                    faults,
                    renewed,
                    verdict,
                    readers);
        }
    }

    /** Producers that wait for a broker for as long as it takes. */
    private static KafkaSettings patient(Configuration configuration) {
        Configuration patient = new Configuration(configuration);
        patient.setString("kafka.delivery.timeout.ms", "1200000");
        patient.setString("kafka.max.block.ms", "1200000");
        return new KafkaSettings(patient);
    }

    private void injectAll() throws Exception {
        List<FaultKind> round = new ArrayList<>();
        while (elapsedSeconds() < plan.minutes() * 60) {
            if (round.isEmpty()) {
                round.addAll(possible());
                Collections.shuffle(round, random);
            }
            FaultKind kind = round.remove(0);
            try {
                inject(kind);
            } catch (TimeoutException e) {
                cluster.dumpThreads();
                throw new IllegalStateException(
                        "after fault " + (faults.size() + 1) + ", " + kind + ", " + jobs.describe() + e.getMessage(),
                        e);
            }
        }
    }

    private EnumSet<FaultKind> possible() throws InterruptedException {
        EnumSet<FaultKind> kinds = EnumSet.allOf(FaultKind.class);
        if (!disk.canBeFull()) {
            kinds.remove(FaultKind.DISK_FULL);
            leftOut.put(FaultKind.DISK_FULL, "no small file system could be mounted; it takes Linux and root");
        }
        if (!NetworkCut.isPossible()) {
            for (FaultKind cut : List.of(FaultKind.CUT_OFF_BROKER, FaultKind.CUT_OFF_ZOOKEEPER)) {
                kinds.remove(cut);
                leftOut.put(cut, "the firewall could not be asked; it takes Linux, root and iptables");
            }
        }
        return kinds;
    }

    private void inject(FaultKind kind) throws Exception {
        TimeUnit.MILLISECONDS.sleep(500 + random.nextInt(1500));
        long chunks = aim();
        long open = TopicLag.openTokens(job.kafka());
        double at = elapsedSeconds();
        String target = act(kind);
        long over = System.nanoTime();
        double overSeconds = elapsedSeconds();
        jobs.awaitCheckpoint(System.currentTimeMillis());
        long checkpointMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - over);
        awaitCaughtUp();
        long caughtUpMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - over);
        faults.add(
                new ChaosReport.Fault(kind, at, overSeconds, target, chunks, open, checkpointMillis, caughtUpMillis));
        say(
                "%3d %6.1f s %-24s %-16s %d chunks in the model, %d tokens uncommitted; checkpoint after %.1f s, caught up"
                        + " after %.1f s",
                faults.size(), at, kind, target, chunks, open, checkpointMillis / 1e3, caughtUpMillis / 1e3);
    }

    /** Waits a little for a moment when the model runs; how many chunks it then does. */
    private long aim() throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(AIM_MILLIS);
        long chunks = -1;
        while (chunks <= 0 && System.nanoTime() < until) {
            chunks = cluster.rest().chunksRunning(job.id());
        }
        return chunks;
    }

    /** Does it and undoes it, as far as it is undone; what it was done to. */
    private String act(FaultKind kind) throws Exception {
        JvmProcess taskManager = cluster.taskManagers().get(random.nextInt(TASK_MANAGERS));
        int brokerIndex = random.nextInt(plan.brokers());
        JvmProcess broker = cluster.brokers().get(brokerIndex);
        String camera = ChaosCameras.name(random.nextInt(plan.cameras()));
        return switch (kind) {
            case KILL_TASK_MANAGER -> killed(taskManager);
            case KILL_JOB_MANAGER -> killed(cluster.jobManager());
            case KILL_BROKER -> killed(broker);
            case PAUSE_TASK_MANAGER -> paused(taskManager, HEARTBEAT_LOST_MILLIS);
            case PAUSE_JOB_MANAGER -> paused(cluster.jobManager(), HEARTBEAT_LOST_MILLIS);
            case PAUSE_BROKER -> paused(broker, HEARTBEAT_LOST_MILLIS);
            case CUT_OFF_BROKER -> cutOff(broker.name(), cluster.brokerPorts(brokerIndex));
            case CUT_OFF_ZOOKEEPER -> cutOff("zookeeper", List.of(cluster.zooKeeperPort()));
            case DELAY_LINKS -> delayed(broker.name(), cluster.links().get(brokerIndex));
            case CHECKPOINT_TIMEOUT -> paused(taskManager, SHORT_PAUSE_MILLIS);
            case RESTART_BROKER_IN_COMMIT -> restartedInCommit(broker);
            case DISK_FULL -> filled();
            case RESCALE -> jobs.any(random).rescale(PATIENTLY, disk);
            case UPGRADE -> jobs.any(random).upgrade(PATIENTLY, disk);
            case COMMAND -> commands.next(camera);
            case COMMAND_AND_KILL -> commandedAndKilled(camera, taskManager);
        };
    }

    private String killed(JvmProcess process) throws IOException, InterruptedException {
        process.kill();
        TimeUnit.MILLISECONDS.sleep(random.nextInt(2000));
        process.start();
        return process.name();
    }

    private static String paused(JvmProcess process, long millis) throws IOException, InterruptedException {
        process.pause();
        TimeUnit.MILLISECONDS.sleep(millis);
        process.resume();
        return process.name();
    }

    private static String cutOff(String name, List<Integer> ports) throws IOException, InterruptedException {
        NetworkCut.during(ports, HEARTBEAT_LOST_MILLIS);
        return name;
    }

    /** That link, or every one. */
    private String delayed(String name, DelayedLink link) throws InterruptedException {
        boolean all = random.nextBoolean();
        List<DelayedLink> links = all ? cluster.links() : List.of(link);
        links.forEach(each -> each.delay(LATE));
        try {
            TimeUnit.MILLISECONDS.sleep(DELAYED_MILLIS);
        } finally {
            links.forEach(each -> each.delay(DelayedLink.Delay.NONE));
        }
        return all ? "all brokers" : name;
    }

    private String restartedInCommit(JvmProcess broker) throws Exception {
        jobs.awaitCheckpoint(System.currentTimeMillis());
        broker.stop();
        broker.start();
        return broker.name();
    }

    /** Tasks that are started again read the command again, if no checkpoint has it. */
    private String commandedAndKilled(String camera, JvmProcess taskManager) throws Exception {
        FutureTask<String> command = new FutureTask<>(() -> commands.next(camera));
        new Thread(command, "chaos-command").start();
        TimeUnit.MILLISECONDS.sleep(random.nextInt(1500));
        return killed(taskManager) + ", " + command.get();
    }

    /** Full for as long as two checkpoints take to fail. */
    private String filled() throws IOException, InterruptedException {
        disk.fill();
        TimeUnit.MILLISECONDS.sleep(2L * ChaosJobs.CHECKPOINT_MILLIS + ChaosJobs.CHECKPOINT_TIMEOUT_MILLIS);
        disk.empty();
        return "checkpoints";
    }

    private void awaitCaughtUp() throws Exception {
        KafkaSettings kafka = job.kafka();
        long mostFrames = 2L * ChaosJobs.CHECKPOINT_MILLIS * plan.cameras() * plan.framesPerSecond() / 1000;
        try {
            PATIENTLY.until("return to real time", () -> TopicLag.uncheckpointedFrames(kafka) <= mostFrames);
        } catch (TimeoutException e) {
            say("not back to real time: %s", e.getMessage());
        }
    }

    private VerifyReport verify() throws IOException, InterruptedException {
        TokenizeSettings settings = TokenizeSettings.of(job.configuration());
        say("verifying every frame, token frame and dead letter");
        try (VideoTokenizer tokenizer = new OnnxTokenizerLoader(settings).open();
                KnownEncoders others = new KnownEncoders(settings, Optional.empty())) {
            return new TopicVerification(settings, job.kafka(), TopicVerification.Extent.ALL)
                    .run(tokenizer, others::of, done -> {});
        }
    }

    private ReaderReport verifyReaders() {
        say("verifying what the jobs that read tokens wrote, record by record");
        ChaosJob reader = jobs.recognizing();
        return new ReaderVerification(
                        reader.kafka(),
                        RecognizeSettings.of(reader.configuration()),
                        jobs.generating().map(job -> GenerateSettings.of(job.configuration())))
                .run();
    }

    private double elapsedSeconds() {
        return (System.nanoTime() - began) / 1e9;
    }

    private void say(String format, Object... arguments) {
        said.printf(Locale.ROOT, format + "%n", arguments);
        said.flush();
    }
}
