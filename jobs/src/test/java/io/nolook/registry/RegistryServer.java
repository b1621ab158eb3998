package io.nolook.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A schema registry on loopback that answers Confluent's requests for subjects and schemas. */
public final class RegistryServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int FIRST = 100_001;

    private final HttpServer server;
    private final List<String> schemas = new ArrayList<>();
    private final Map<String, List<Integer>> subjects = new HashMap<>();
    private final List<String> asked = new ArrayList<>();
    private volatile String authorization = "";
    private volatile int status;
    private volatile String text = "";

    public RegistryServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Answers 401 without this header Authorization. */
    public void requireAuthorization(String header) {
        authorization = header;
    }

    /** Answers this whatever is asked. */
    public void answer(int status, String text) {
        this.text = text;
        this.status = status;
    }

    /** Methods and paths, in order. */
    public synchronized List<String> asked() {
        return List.copyOf(asked);
    }

    /** Gives a schema a number. */
    public synchronized int add(String subject, String schema) {
        if (!schemas.contains(schema)) {
            schemas.add(schema);
        }
        int id = FIRST + schemas.indexOf(schema);
        subjects.computeIfAbsent(subject, name -> new ArrayList<>()).add(id);
        return id;
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getRawPath();
        byte[] body = exchange.getRequestBody().readAllBytes();
        String answer;
        String header = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        synchronized (this) {
            asked.add(exchange.getRequestMethod() + " " + path);
            answer = authorization.isEmpty() || authorization.equals(header)
                    ? told(exchange.getRequestMethod(), path, body)
                    : "401";
        }
        boolean isFound = answer.startsWith("{");
        byte[] bytes = (isFound ? answer : "{\"error_code\": 40403, \"message\": \"not found\"}")
                .getBytes(StandardCharsets.UTF_8);
        int code = isFound ? 200 : Integer.parseInt(answer);
        if (status != 0) {
            code = status;
            bytes = text.getBytes(StandardCharsets.UTF_8);
        }
        exchange.getResponseHeaders().set("Content-Type", "application/vnd.schemaregistry.v1+json");
        exchange.sendResponseHeaders(code, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private String told(String method, String path, byte[] body) throws IOException {
        String[] parts = path.substring(1).split("/");
        if (parts[0].equals("schemas")) {
            int index = Integer.parseInt(parts[2]) - FIRST;
            return index < 0 || index >= schemas.size()
                    ? "404"
                    : JSON.createObjectNode().put("schema", schemas.get(index)).toString();
        }
        String subject = URLDecoder.decode(parts[1], StandardCharsets.UTF_8);
        JsonNode asked = JSON.readTree(body);
        if (method.equals("POST") && parts.length == 2) {
            int index = schemas.indexOf(asked.path("schema").asText());
            boolean isKnown =
                    index >= 0 && subjects.getOrDefault(subject, List.of()).contains(FIRST + index);
            return isKnown ? JSON.createObjectNode().put("id", FIRST + index).toString() : "404";
        }
        return JSON.createObjectNode()
                .put("id", add(subject, asked.path("schema").asText()))
                .toString();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
