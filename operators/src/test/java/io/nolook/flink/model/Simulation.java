package io.nolook.flink.model;

import io.nolook.failure.IntakeException;
import io.nolook.record.ReceivedRecord;
import io.nolook.record.RecordIntake;
import io.nolook.rollout.Assignment;
import io.nolook.rollout.ModelFile;
import io.nolook.rollout.Share;
import io.nolook.schema.TokenFrame;
import io.nolook.window.CameraFrame;
import io.nolook.window.WindowHistory;
import io.nolook.window.WindowSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.flink.util.ExceptionUtils;

/**
 * One random history of a job and its cameras, from a seed, in virtual time.
 *
 * <p>The log of each camera is kept, as Kafka keeps it; a barrier saves how far each was read, what happened, and the
 * state of the operator, and commits what came out; a crash goes back to that.
 */
final class Simulation {
    private static final long START_MILLIS = 1_700_000_000_000L;
    private static final int STEP_MILLIS = 400;
    /** A camera may have been blocked, and may have a last word, which each gives it its whole time again. */
    private static final int LONG_AFTER_MILLIS = 10 * SimulatedSettings.IDLE_MILLIS;

    /** It keeps nothing between records. */
    private static final RecordIntake<CameraFrame> INTAKE =
            SimulatedSettings.of(new SplittableRandom()).tokenize().intake();

    private final SplittableRandom random;
    private final List<SimulatedCamera> cameras = new ArrayList<>();
    private final SimulatedSettings first;
    private final List<String> trace = new ArrayList<>();
    private final Map<String, List<String>> committed = new TreeMap<>();
    private final Map<String, Long> counted = new TreeMap<>();
    private final int crashes;
    private final int restarts;
    private final int barriers;
    private final int results;
    private final int commands;
    private Assignment assignment = Assignment.NONE;
    private Assignment savedAssignment = Assignment.NONE;
    private SimulatedSettings settings;
    private SimulatedJob job;
    private Optional<SimulatedJob.Saved> saved = Optional.empty();
    private Map<String, Long> savedCounters = Map.of();
    private List<TokenFrame> uncommitted = new ArrayList<>();
    private long nowMillis = START_MILLIS;
    private long barrier;
    private boolean mayCrashAtTheEnd;

    Simulation(long seed) {
        random = new SplittableRandom(seed);
        int count = 1 + random.nextInt(4);
        int calm = 6 + random.nextInt(60);
        for (int i = 0; i < count; i++) {
            String name = "camera-" + random.nextInt(1000) + "-" + i;
            int frames = 5 + random.nextInt(120 / count);
            cameras.add(new SimulatedCamera(
                    name,
                    CameraLog.of(name, random.split(), frames, calm, SimulatedSettings.IDLE_MILLIS, START_MILLIS)));
        }
        first = SimulatedSettings.of(random);
        settings = first;
        crashes = random.nextInt(12);
        restarts = random.nextInt(12);
        barriers = random.nextInt(60);
        results = random.nextInt(2) * random.nextInt(140); // a model that never answers unasked fills the queue
        mayCrashAtTheEnd = random.nextInt(4) == 0;
        commands = random.nextInt(2) * random.nextInt(40);
    }

    /** Runs it to its end; what is wrong, in words, or nothing. */
    Optional<String> run() throws Exception {
        start();
        try {
            boolean over = false;
            while (!over) {
                while (cameras.stream().anyMatch(of -> of.read < of.log.size())) {
                    act();
                }
                over = end();
            }
            return difference();
        } catch (Exception | AssertionError e) {
            return Optional.of("found " + ExceptionUtils.stringifyException(e));
        } finally {
            job.close();
        }
    }

    /** What was done, in order. */
    List<String> trace() {
        return trace;
    }

    /** How often what happened; all of it came out well. */
    Map<String, Long> counts() {
        Map<String, Long> counts = new TreeMap<>();
        cameras.forEach(of -> of.counts.forEach((name, count) -> counts.merge(name, count, Long::sum)));
        trace.forEach(done -> counts.merge(done.replaceAll("^(camera|start).*", "$1"), 1L, Long::sum));
        counts.put(
                "dead letters",
                cameras.stream().mapToLong(of -> of.deadLettered).sum());
        return counts;
    }

    private void start() throws Exception {
        trace.add("start " + settings);
        job = new SimulatedJob(settings, saved, nowMillis, this::happened);
        cameras.forEach(of -> happened(of.name, new WindowHistory.Restart(window(of.name))));
    }

    /** By the camera's model. */
    private WindowSpec window(String camera) {
        String model = assignment.of(camera);
        return SimulatedSettings.MODELS.stream()
                .filter(of -> of.fileHash().equals(model))
                .findAny()
                .map(settings::window)
                .orElseGet(settings::window);
    }

    /** Other models for all cameras or some, or a keyframe of one. */
    private void command() throws Exception {
        if (random.nextBoolean()) {
            String camera = cameras.get(random.nextInt(cameras.size())).name;
            happened(camera, new WindowHistory.Ask());
            job.keyframe(camera);
            return;
        }
        int model = random.nextInt(SimulatedSettings.MODELS.size());
        ModelFile file = SimulatedSettings.file(model);
        Set<String> some = cameras.stream()
                .filter(of -> random.nextBoolean())
                .map(of -> of.name)
                .collect(Collectors.toSet());
        Assignment next = switch (random.nextInt(3)) {
            case 0 -> assignment.deploy(file);
            case 1 -> assignment.canary(file, new Share(5000), some);
            default -> assignment.rollback();
        };
        trace.add("models " + next.fleet() + " before " + next.before() + " canary " + next.canary() + next.cameras()
                + next.models());
        String prepared = "";
        for (ModelFile each : next.models()) {
            prepared = job.prepare(Integer.parseInt(each.location()));
        }
        if (random.nextInt(4) == 0) {
            barrier(random.nextBoolean());
        }
        assignment = next;
        job.activate(prepared, next);
        cameras.forEach(of -> happened(of.name, new WindowHistory.Switch(window(of.name))));
    }

    private void happened(String camera, WindowHistory.Event event) {
        cameras.stream()
                .filter(of -> of.name.equals(camera))
                .findAny()
                .orElseThrow()
                .happened
                .add(new SimulatedCamera.Happened(event, job.timeOf(camera)));
        trace.add(camera + " at " + job.timeOf(camera) % 1_000_000 + ": "
                + event.getClass().getSimpleName());
    }

    private void act() throws Exception {
        int dice = random.nextInt(1000);
        if (dice < crashes) {
            crash();
        } else if (dice < crashes + restarts) {
            barrier(true);
            job.close();
            settings = settings.changed(random);
            down();
        } else if (dice < crashes + restarts + barriers) {
            barrier(random.nextInt(5) > 0);
        } else if (dice < crashes + restarts + barriers + results) {
            job.takeResults(1 + random.nextInt(3));
        } else if (dice < crashes + restarts + barriers + results + commands) {
            command();
        } else if (dice < 300) {
            pass(random.nextInt(60));
        } else {
            push();
        }
    }

    /** The next record of a camera that has sent one; time passes until one has. */
    private void push() throws Exception {
        List<SimulatedCamera> sent = cameras.stream()
                .filter(of -> of.read < of.log.size())
                .filter(of -> of.log.get(of.read).timestampMillis() <= nowMillis)
                .toList();
        if (sent.isEmpty()) {
            long next = cameras.stream()
                    .filter(of -> of.read < of.log.size())
                    .mapToLong(of -> of.log.get(of.read).timestampMillis())
                    .min()
                    .orElseThrow();
            pass(next - nowMillis);
            return;
        }
        SimulatedCamera camera = sent.get(random.nextInt(sent.size()));
        ReceivedRecord record = camera.log.get(camera.read++);
        try {
            CameraFrame frame = INTAKE.decode(record);
            if (random.nextInt(12) == 0) {
                job.passLater(camera.name, random.nextInt(SimulatedSettings.IDLE_MILLIS));
            }
            happened(camera.name, new WindowHistory.Comes(frame, job.timeOf(camera.name)));
            job.push(frame);
        } catch (IntakeException e) {
            camera.deadLettered++;
        }
    }

    /** Time goes on; mostly as a clock does, at times at once, as a task sees it that was blocked. */
    private void pass(long millis) throws Exception {
        long until = nowMillis + millis;
        int step = random.nextInt(8) == 0 ? Integer.MAX_VALUE : STEP_MILLIS;
        while (nowMillis < until) {
            nowMillis = Math.min(until, nowMillis + step);
            job.timeIs(nowMillis);
        }
    }

    /** All that came before it is saved and committed, if it comes to its end. */
    private void barrier(boolean completes) throws Exception {
        trace.add(completes ? "barrier" : "barrier that fails");
        SimulatedJob.Saved state = job.barrier(++barrier);
        uncommitted.addAll(job.takeOutput());
        if (completes) {
            saved = Optional.of(state);
            savedCounters = job.counters();
            savedAssignment = assignment;
            cameras.forEach(SimulatedCamera::save);
            uncommitted.forEach(frame -> committed
                    .computeIfAbsent(frame.getCamera(), any -> new ArrayList<>())
                    .add(SimulatedCamera.text(frame)));
            uncommitted = new ArrayList<>();
        }
    }

    private void crash() throws Exception {
        trace.add("crash");
        job.close();
        uncommitted = new ArrayList<>();
        cameras.forEach(SimulatedCamera::restore);
        assignment = savedAssignment;
        down();
    }

    private void down() throws Exception {
        nowMillis = Math.max(nowMillis, job.timeOfAll());
        savedCounters.forEach((name, count) -> counted.merge(name, count, Long::sum));
        savedCounters = Map.of();
        nowMillis += random.nextInt(4) == 0 ? random.nextInt(10_000) : random.nextInt(300);
        start();
    }

    /** The input ends, or every camera falls silent; whether that was saved too. */
    private boolean end() throws Exception {
        boolean bounded = random.nextBoolean();
        if (bounded) {
            trace.add("end of input");
            job.endInput();
            cameras.stream()
                    .filter(SimulatedCamera::known)
                    .forEach(of -> happened(of.name, new WindowHistory.Finish()));
        } else {
            nowMillis = Math.max(nowMillis, job.timeOfAll());
            for (int past = 0; past < LONG_AFTER_MILLIS && job.held() > 0; past += STEP_MILLIS) {
                nowMillis += STEP_MILLIS;
                job.timeIs(nowMillis);
            }
        }
        if (mayCrashAtTheEnd) {
            mayCrashAtTheEnd = false;
            crash();
            return false;
        }
        barrier(true);
        savedCounters.forEach((name, count) -> counted.merge(name, count, Long::sum));
        if (!bounded && job.held() > 0) {
            throw new IllegalStateException(job.held() + " entries of state and timers, expected none");
        }
        return true;
    }

    /** What is kept of a camera is finished, unless it is forgotten just then. */
    private void endInput() throws Exception {
        trace.add("end of input");
        List<SimulatedCamera> known =
                cameras.stream().filter(SimulatedCamera::known).toList();
        List<Integer> before = known.stream().map(of -> of.happened.size()).toList();
        job.endInput();
        for (int i = 0; i < known.size(); i++) {
            if (known.get(i).happened.size() == before.get(i)) {
                throw new IllegalStateException(known.get(i).name + " was not finished at the end of the input");
            }
        }
    }

    private Optional<String> difference() {
        Map<String, Long> counts = new TreeMap<>();
        for (SimulatedCamera camera : cameras) {
            List<String> expected = camera.expected(first.window());
            List<String> found = committed.getOrDefault(camera.name, List.of());
            for (int i = 0; i < Math.max(found.size(), expected.size()); i++) {
                String here = i < found.size() ? found.get(i) : "nothing";
                String there = i < expected.size() ? expected.get(i) : "nothing";
                if (!here.equals(there)) {
                    return Optional.of("found of " + camera.name + ", as token frame " + i + ",\n" + here
                            + "\nexpected\n" + there);
                }
            }
            Optional<String> lost = lost(camera);
            if (lost.isPresent()) {
                return lost;
            }
            camera.counts.forEach((name, count) -> counts.merge(name, count, Long::sum));
        }
        for (Map.Entry<String, Long> counter : counted.entrySet()) {
            long expected = counts.getOrDefault(counter.getKey(), 0L);
            if (counter.getValue() != expected) {
                return Optional.of("found " + counter + ", expected " + expected);
            }
        }
        return Optional.empty();
    }

    /** Every record of a camera has come to something. */
    private static Optional<String> lost(SimulatedCamera camera) {
        long fates = camera.deadLettered;
        for (String fate : List.of(
                "framesTokenized",
                "pending",
                "framesDuplicate",
                "framesLate",
                "framesAhead",
                "framesSampled",
                "framesSkipped",
                "framesAbandoned")) {
            fates += camera.counts.getOrDefault(fate, 0L);
        }
        return fates == camera.log.size()
                ? Optional.empty()
                : Optional.of("found fates of " + fates + " records of " + camera.name + ", expected "
                        + camera.log.size() + ": " + camera.counts);
    }
}
