package io.nolook.camera;

import io.nolook.frame.ffmpeg.RedactedUri;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a camera is, with its secrets kept apart: {@code rtsp://${GATE_USER}:${GATE_PASSWORD}@10.0.0.7/stream1}.
 *
 * <p>{@code ${NAME}} is a variable of the environment, {@code ${file:PATH}} what a file holds, without the line end. Both
 * may hold any character: they are escaped as URLs ask.
 *
 * @param template as it was written, which may be shown
 */
public record Address(String template) {
    private static final Pattern SECRET = Pattern.compile("\\$\\{(file:)?([^}]+)}");
    private static final Pattern QUERY_CREDENTIALS =
            Pattern.compile("(?i)[?&#;]([a-z_.-]*(pass|pwd|pw|secret|token|key|auth|user|usr|login)[a-z_.-]*)=[^&#]");
    private static final Pattern CREDENTIALS = Pattern.compile("(?s)^[a-zA-Z][a-zA-Z0-9+.-]*://.*@.*");

    /** What is said of it: without what may be secret. */
    public String shown() {
        return RedactedUri.of(SECRET.matcher(template).replaceAll(""));
    }

    /** Whether it says a user or password itself, which everybody reads who reads the process's arguments. */
    public boolean tellsCredentials() {
        String without = SECRET.matcher(template).replaceAll("");
        boolean beforeHost = CREDENTIALS.matcher(without).matches() && !without.matches("(?s)^[^:]+://:?@.*");
        return beforeHost || QUERY_CREDENTIALS.matcher(without).find();
    }

    /**
     * What is opened.
     *
     * @param environment gives a variable's value, or null
     * @throws IOException naming the variable or file that is not there
     */
    public String opened(Function<String, String> environment) throws IOException {
        Matcher secrets = SECRET.matcher(template);
        StringBuilder opened = new StringBuilder();
        while (secrets.find()) {
            String name = secrets.group(2);
            String value = secrets.group(1) == null ? environment.apply(name) : read(name);
            if (value == null) {
                throw new IOException(
                        "found no variable " + name + " in the environment, expected it for the address " + shown());
            }
            secrets.appendReplacement(opened, Matcher.quoteReplacement(escaped(value)));
        }
        return secrets.appendTail(opened).toString();
    }

    private static String read(String path) throws IOException {
        try {
            return Files.readString(Path.of(path)).strip();
        } catch (IOException e) {
            throw new IOException("found no readable file " + path + ", expected a secret of an address in it", e);
        }
    }

    private static String escaped(String secret) {
        return URLEncoder.encode(secret, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
