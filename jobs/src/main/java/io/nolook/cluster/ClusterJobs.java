package io.nolook.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The jobs of a cluster, as people ask for them: one that is not there, or nobody who answers, is an error. */
public final class ClusterJobs {
    private final ClusterRest rest;

    public ClusterJobs(ClusterRest rest) {
        this.rest = rest;
    }

    /**
     * All jobs that the JobManager remembers, in the order in which they were started.
     *
     * @throws IllegalStateException when nobody answers
     */
    public List<ClusterJob> all() throws InterruptedException {
        List<ClusterJob> jobs = new ArrayList<>();
        for (JsonNode job : answered("/jobs/overview").path("jobs")) {
            jobs.add(told(
                    job.path("jid").asText(),
                    job.path("name").asText(),
                    job.path("state").asText()));
        }
        jobs.sort((a, b) -> Long.compare(a.sinceMillis(), b.sinceMillis()));
        return jobs;
    }

    /**
     * The living job of a name or id.
     *
     * @throws IllegalStateException when there is none, several, or nobody answers
     */
    public ClusterJob living(String job) throws InterruptedException {
        List<ClusterJob> jobs = all().stream().filter(ClusterJob::lives).toList();
        List<ClusterJob> found = jobs.stream().filter(one -> one.isCalled(job)).toList();
        if (found.size() != 1) {
            List<String> shown =
                    jobs.stream().map(one -> one.name() + " " + one.id()).toList();
            throw new IllegalStateException("found " + (found.isEmpty() ? "no job " : found.size() + " jobs ") + job
                    + " at " + rest.address() + ", expected one of " + shown
                    + (found.isEmpty() ? "" : ": say its id"));
        }
        return found.get(0);
    }

    /** A living job that says this of itself; empty when there is none. */
    public Optional<ClusterJob> saying(String key, String value) throws InterruptedException {
        return all().stream()
                .filter(job -> job.lives() && value.equals(job.parameters().get(key)))
                .findFirst();
    }

    /** A job as it is now. */
    public ClusterJob now(ClusterJob job) throws InterruptedException {
        return told(
                job.id(),
                job.name(),
                answered("/jobs/" + job.id()).path("state").asText());
    }

    /**
     * Stops a job with a savepoint; returns where that lies when the job has ended.
     *
     * @param request as {@link ClusterRest#stop(String, Map)} takes it
     * @throws IOException when the savepoint fails: the job goes on
     */
    public String stop(ClusterJob job, Map<String, Object> request, Patience patience) throws Exception {
        String id = rest.stop(job.id(), request);
        String savepoint = patience.until("savepoint", () -> rest.savepoint(job.id(), id));
        patience.until("end of the job", () -> Optional.of(now(job)).filter(found -> !found.lives()));
        return savepoint;
    }

    /** Cancels a job; returns when it has ended. */
    public void cancel(ClusterJob job, Patience patience) throws Exception {
        rest.cancel(job.id());
        patience.until("end of the job", () -> Optional.of(now(job)).filter(found -> !found.lives()));
    }

    /** Whether every task of a job runs: its models are open, its state is restored. */
    public boolean works(ClusterJob job) throws InterruptedException {
        for (JsonNode vertex : answered("/jobs/" + job.id()).path("vertices")) {
            if (!vertex.path("status").asText().equals("RUNNING")) {
                return false;
            }
        }
        return true;
    }

    /** What the vertices of a job say of a key, the largest; 0 when they say nothing. */
    public int most(ClusterJob job, String key) throws InterruptedException {
        int most = 0;
        for (JsonNode vertex : answered("/jobs/" + job.id()).path("vertices")) {
            most = Math.max(most, vertex.path(key).asInt());
        }
        return most;
    }

    private ClusterJob told(String id, String name, String state) throws InterruptedException {
        String path = "/jobs/" + id;
        long since = rest.get(path)
                .map(found -> found.path("timestamps").path(state).asLong())
                .orElse(0L);
        long checkpoint = rest.completedCheckpointBegan(id);
        long restarts = rest.get(path + "/metrics?get=numRestarts")
                .map(found -> found.path(0).path("value").asLong())
                .orElse(0L);
        Map<String, String> parameters = new LinkedHashMap<>();
        rest.get(path + "/config")
                .map(found -> found.path("execution-config").path("user-config"))
                .ifPresent(said -> said.properties()
                        .forEach(field ->
                                parameters.put(field.getKey(), field.getValue().asText())));
        return new ClusterJob(
                id,
                name,
                state,
                since,
                checkpoint == 0 ? Optional.empty() : Optional.of(checkpoint),
                restarts,
                parameters);
    }

    private JsonNode answered(String path) throws InterruptedException {
        return rest.get(path)
                .orElseThrow(() -> new IllegalStateException("found nobody who answers at " + rest.address() + path
                        + ", expected the REST address of a running JobManager"));
    }
}
