package io.nolook.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A schema registry over HTTP: Confluent's, or another with the same requests.
 *
 * <p>Confluent's own client is in no public repository of Maven but its maker's, and these are three requests. Source: Confluent
 * Platform documentation, "Schema Registry API Reference".
 */
final class SchemaRegistry {
    private static final String TYPE = "application/vnd.schemaregistry.v1+json";
    /** Subject, version and schema not found. */
    private static final Set<Integer> UNKNOWN = Set.of(40_401, 40_402, 40_403);

    private static final int TIMEOUT_MILLIS = 20_000;
    private static final int MOST_BYTES = 1 << 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String url;
    private final @Nullable String authorization;

    /**
     * @param url such as http://registry:8081
     * @param authorization the header of that name; null for none
     */
    SchemaRegistry(String url, @Nullable String authorization) {
        this.url = url.replaceAll("/+$", "");
        this.authorization = authorization;
    }

    private record Answer(int status, JsonNode body) {

        /** Whether a registry says that it has no such schema or subject, not a server that it has no such page. */
        boolean isUnknown() {
            return status == HttpURLConnection.HTTP_NOT_FOUND
                    && UNKNOWN.contains(body.path("error_code").asInt());
        }
    }

    /**
     * The number of an Avro schema under a subject, which gets it if it has it not yet.
     *
     * @throws IOException when the registry cannot be reached or refuses it, as one that is not compatible
     */
    int register(String subject, String schema) throws IOException {
        String path = "/subjects/" + URLEncoder.encode(subject, StandardCharsets.UTF_8);
        ObjectNode asked = JSON.createObjectNode().put("schema", schema);
        Answer known = ask("POST", path, asked);
        Answer answer = known.isUnknown() ? ask("POST", path + "/versions", asked) : known;
        if (answer.status() != HttpURLConnection.HTTP_OK
                || !answer.body().path("id").isInt()) {
            throw refused(subject, answer);
        }
        return answer.body().path("id").intValue();
    }

    /**
     * The Avro schema of a number; empty for one that the registry does not have, or that is of another kind.
     *
     * @throws IOException when the registry cannot be reached or refuses to say
     */
    Optional<String> schema(int id) throws IOException {
        Answer answer = ask("GET", "/schemas/ids/" + id, null);
        if (answer.isUnknown()) {
            return Optional.empty();
        }
        if (answer.status() != HttpURLConnection.HTTP_OK
                || !answer.body().path("schema").isTextual()) {
            throw refused("schema " + id, answer);
        }
        boolean isAvro = answer.body().path("schemaType").asText("AVRO").equals("AVRO");
        return isAvro ? Optional.of(answer.body().path("schema").asText()) : Optional.empty();
    }

    private IOException refused(String what, Answer answer) {
        return new IOException("found status " + answer.status() + " of the schema registry at " + url + " for " + what
                + " (" + answer.body().path("message").asText("no message") + "), expected 200 and what was asked for");
    }

    private Answer ask(String method, String path, @Nullable JsonNode body) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(url + path).toURL().openConnection();
        try {
            connection.setRequestMethod(method);
            connection.setConnectTimeout(TIMEOUT_MILLIS);
            connection.setReadTimeout(TIMEOUT_MILLIS);
            connection.setInstanceFollowRedirects(false);
            connection.setRequestProperty("Accept", TYPE);
            if (authorization != null) {
                connection.setRequestProperty("Authorization", authorization);
            }
            if (body != null) {
                connection.setDoOutput(true);
                connection.setRequestProperty("Content-Type", TYPE);
                try (OutputStream out = connection.getOutputStream()) {
                    out.write(JSON.writeValueAsBytes(body));
                }
            }
            int status = connection.getResponseCode();
            return new Answer(status, read(connection, status));
        } catch (IOException e) {
            throw new IOException("found no answer of the schema registry at " + url + ": " + e.getMessage(), e);
        } finally {
            connection.disconnect();
        }
    }

    private static JsonNode read(HttpURLConnection connection, int status) throws IOException {
        boolean isError = status >= HttpURLConnection.HTTP_BAD_REQUEST;
        try (InputStream in = isError ? connection.getErrorStream() : connection.getInputStream()) {
            if (in == null) {
                return JSON.createObjectNode();
            }
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new IOException("found more than " + MOST_BYTES + " bytes");
            }
            return JSON.readTree(bytes);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            if (isError) {
                return JSON.createObjectNode(); // a proxy's page: the status says enough
            }
            throw new IOException("found no JSON", e);
        }
    }
}
