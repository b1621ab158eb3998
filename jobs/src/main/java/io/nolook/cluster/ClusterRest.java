package io.nolook.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is asked of a JobManager over REST; a server that is away counts as no answer. */
public final class ClusterRest {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final String CAUSE = "Caused by: ";

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private final ObjectMapper json = new ObjectMapper();
    private final String address;

    /** Of a JobManager on this machine. */
    public ClusterRest(int port) {
        this("127.0.0.1", port);
    }

    public ClusterRest(String host, int port) {
        address = "http://" + host + ":" + port;
    }

    /** Slots that no job holds, -1 when nobody answers. */
    public int freeSlots() throws InterruptedException {
        return get("/overview")
                .map(found -> found.path("slots-available").asInt())
                .orElse(-1);
    }

    /** Registered TaskManagers, -1 when nobody answers. */
    public int taskManagers() throws InterruptedException {
        return get("/overview").map(found -> found.path("taskmanagers").asInt()).orElse(-1);
    }

    /** State of a job, empty when nobody answers. */
    public Optional<String> state(String job) throws InterruptedException {
        return get("/jobs/" + job).map(found -> found.path("state").asText());
    }

    /** State, checkpoints and last failure of a job, for people. */
    public String describe(String job) throws InterruptedException {
        return "job " + state(job).orElse("without answer") + ", checkpoints "
                + get("/jobs/" + job + "/checkpoints")
                        .map(found -> found.path("counts").toString())
                        .orElse("unknown")
                + ", last failure "
                + failure(job).orElse("unknown");
    }

    /** Why a job failed last, its root in one line; empty when it never did, or nobody answers. */
    public Optional<String> failure(String job) throws InterruptedException {
        return get("/jobs/" + job + "/exceptions")
                .map(found -> found.path("exceptionHistory")
                        .path("entries")
                        .path(0)
                        .path("stacktrace")
                        .asText())
                .filter(trace -> !trace.isEmpty())
                .map(ClusterRest::root);
    }

    private static String root(String stackTrace) {
        List<String> causes = stackTrace
                .lines()
                .filter(line -> line.startsWith(CAUSE))
                .map(line -> line.substring(CAUSE.length()))
                .toList();
        return causes.isEmpty() ? stackTrace.lines().findFirst().orElse("") : causes.get(causes.size() - 1);
    }

    /** When the newest completed checkpoint was begun, milliseconds since 1970; 0 before the first or without answer. */
    public long completedCheckpointBegan(String job) throws InterruptedException {
        return get("/jobs/" + job + "/checkpoints")
                .map(found -> found.path("latest")
                        .path("completed")
                        .path("trigger_timestamp")
                        .asLong(0))
                .orElse(0L);
    }

    /** Chunks that the model runs just now, at most 0.2 s old; -1 when nobody answers. */
    public long chunksRunning(String job) throws InterruptedException {
        Optional<JsonNode> vertices = get("/jobs/" + job).map(found -> found.path("vertices"));
        if (vertices.isEmpty()) {
            return -1;
        }
        for (JsonNode vertex : vertices.get()) {
            if (vertex.path("name").asText().contains("tokenize")) {
                return get("/jobs/" + job + "/vertices/" + vertex.path("id").asText()
                                + "/subtasks/metrics?get=tokenize.chunksRunning&agg=sum")
                        .filter(found -> found.size() > 0)
                        .map(found -> found.path(0).path("sum").asLong())
                        .orElse(-1L);
            }
        }
        return -1;
    }

    /**
     * Starts to stop the job with a savepoint; the id to ask for it.
     *
     * @param more what the request says beside the folder
     */
    public String stop(String job, String folder, Map<String, Object> more) throws IOException, InterruptedException {
        Map<String, Object> body = new HashMap<>(more);
        body.put("targetDirectory", folder);
        return stop(job, body);
    }

    /**
     * Starts to stop the job with a savepoint; the id to ask for it.
     *
     * @param request {@code targetDirectory}, without which the cluster's {@code execution.checkpointing.savepoint-dir}
     *     says where, and {@code drain}
     * @throws IOException with what the JobManager says that is wrong
     */
    public String stop(String job, Map<String, Object> request) throws IOException, InterruptedException {
        return send("POST", "/jobs/" + job + "/stop", json.writeValueAsString(request))
                .path("request-id")
                .asText();
    }

    /** Starts to cancel a job. */
    public void cancel(String job) throws IOException, InterruptedException {
        send("PATCH", "/jobs/" + job + "?mode=cancel", "");
    }

    /** Where a savepoint lies once it is complete; empty before. */
    public Optional<String> savepoint(String job, String request) throws IOException, InterruptedException {
        Optional<JsonNode> found = get("/jobs/" + job + "/savepoints/" + request);
        if (found.isEmpty() || !found.get().path("status").path("id").asText().equals("COMPLETED")) {
            return Optional.empty();
        }
        JsonNode operation = found.get().path("operation");
        if (!operation.has("location")) {
            throw new IOException("found a savepoint that failed: "
                    + root(operation.path("failure-cause").path("stack-trace").asText()));
        }
        return Optional.of(operation.path("location").asText());
    }

    /**
     * The answer to a request that must succeed.
     *
     * @throws IOException when nobody answers, or with what the JobManager says that is wrong
     */
    private JsonNode send(String method, String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address + path))
                .timeout(Duration.ofSeconds(30))
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() >= 300) {
            throw new IOException("found the answer " + answer.statusCode() + " of " + address + path + ": "
                    + json.readTree(answer.body())
                            .path("errors")
                            .path(0)
                            .asText()
                            .lines()
                            .findFirst()
                            .orElse(""));
        }
        return json.readTree(answer.body());
    }

    Optional<JsonNode> get(String path) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address + path))
                .timeout(TIMEOUT)
                .build();
        try {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 200 ? Optional.of(json.readTree(answer.body())) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    String address() {
        return address;
    }
}
