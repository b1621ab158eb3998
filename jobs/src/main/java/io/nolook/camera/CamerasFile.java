package io.nolook.camera;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.nolook.schema.FrameEncoding;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.util.TimeUtils;

/**
 * The cameras of a fleet, as a YAML file.
 *
 * <pre>
 *   file     = [defaults: settings] [cameras: [camera*]] [groups: {NAME: group}]
 *   group    = [defaults: settings] cameras: [camera*]
 *   camera   = id: ID, address: ADDRESS, [enabled: true|false], settings
 *   settings = [encoding: jpeg|png|rgb24] [rate: N] [size: N|off] [stall: TIME] [queue: BYTES]
 * </pre>
 */
public final class CamerasFile {
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final Set<String> SETTINGS = Set.of("encoding", "rate", "size", "stall", "queue");
    private static final Set<String> OF_CAMERA = Set.of("id", "address", "enabled");
    private static final Map<String, String> USUAL =
            Map.of("encoding", "jpeg", "rate", "0", "stall", "10 s", "queue", "1 mb");

    private final int modelShortSide;

    /**
     * @param modelShortSide to which pictures are brought where the file does not say; 0 for not at all
     */
    public CamerasFile(int modelShortSide) {
        this.modelShortSide = modelShortSide;
    }

    /**
     * The enabled cameras by id.
     *
     * @throws IOException when it cannot be read
     * @throws IllegalArgumentException naming the place in the file, what was found and what is expected
     */
    public Map<String, CameraSpec> read(Path file) throws IOException {
        try {
            return cameras(root(file));
        } catch (NoSuchFileException e) {
            throw new IOException("found no file " + file + ", expected that of the cameras", e);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
    }

    /** The one document of the file; what is wrong is told by its line alone: the text may be a password. */
    private static JsonNode root(Path file) throws IOException {
        List<JsonNode> documents = new ArrayList<>();
        try (InputStream in = Files.newInputStream(file);
                MappingIterator<JsonNode> each = YAML.readerFor(JsonNode.class).readValues(in)) {
            while (each.hasNextValue()) {
                documents.add(each.nextValue());
            }
        } catch (JsonProcessingException e) {
            throw unreadable(e);
        }
        if (documents.size() != 1
                || documents.get(0).isNull()
                || documents.get(0).isEmpty()) {
            throw new IllegalArgumentException("found " + documents.size()
                    + " documents or an empty one, expected one with cameras; write 'cameras: []' for none");
        }
        return documents.get(0);
    }

    private static IllegalArgumentException unreadable(JsonProcessingException e) {
        boolean twice = String.valueOf(e.getOriginalMessage()).startsWith("Duplicate field");
        String where = e.getLocation() == null
                ? ""
                : " at line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr();
        return new IllegalArgumentException(
                twice ? "found a key again" + where + ", expected it once" : "found no YAML" + where);
    }

    private Map<String, CameraSpec> cameras(JsonNode root) {
        requireKeys(root, "the file", Set.of("defaults", "cameras", "groups"));
        Map<String, String> usual = new LinkedHashMap<>(USUAL);
        usual.put("size", modelShortSide == 0 ? "off" : Integer.toString(modelShortSide));
        Map<String, String> defaults = with(usual, root.path("defaults"), "defaults");
        Map<String, CameraSpec> cameras = new LinkedHashMap<>();
        add(cameras, root.path("cameras"), "cameras", "", defaults);
        for (Map.Entry<String, JsonNode> group : root.path("groups").properties()) {
            String at = "groups." + group.getKey();
            requireKeys(group.getValue(), at, Set.of("defaults", "cameras"));
            Map<String, String> own = with(defaults, group.getValue().path("defaults"), at + ".defaults");
            add(cameras, group.getValue().path("cameras"), at + ".cameras", group.getKey(), own);
        }
        return cameras;
    }

    private static void add(
            Map<String, CameraSpec> cameras, JsonNode list, String at, String group, Map<String, String> defaults) {
        if (!list.isMissingNode() && !list.isArray()) {
            throw new IllegalArgumentException(at + ": found " + list.getNodeType() + ", expected a list");
        }
        Set<String> known = new TreeSet<>(SETTINGS);
        known.addAll(OF_CAMERA);
        for (int i = 0; i < list.size(); i++) {
            JsonNode camera = list.get(i);
            String here = at + "[" + i + "]";
            requireKeys(camera, here, known);
            if (camera.path("enabled").asBoolean(true)) {
                CameraSpec spec = camera(camera, here, group, with(defaults, camera, here));
                if (cameras.put(spec.id(), spec) != null) {
                    throw new IllegalArgumentException(
                            here + ": found the id " + spec.id() + " again, expected it once");
                }
            }
        }
    }

    private static CameraSpec camera(JsonNode camera, String at, String group, Map<String, String> settings) {
        for (String key : List.of("id", "address")) {
            JsonNode value = camera.path(key);
            if (value.asText().isEmpty()) {
                throw new IllegalArgumentException(at + ": found no " + key + ", expected one");
            }
            if (!value.isTextual()) {
                throw new IllegalArgumentException(at + ": found " + key + " as a " + value.getNodeType()
                        + ", expected a text; put it in quotes, or YAML changes it");
            }
        }
        try {
            return new CameraSpec(
                    camera.get("id").asText(),
                    group,
                    new Address(camera.get("address").asText()),
                    parsed("encoding", settings, name -> FrameEncoding.valueOf(name.toUpperCase(Locale.ROOT))),
                    parsed("rate", settings, Double::parseDouble),
                    parsed("size", settings, size -> size.equals("off") ? 0 : Integer.parseInt(size)),
                    parsed("stall", settings, TimeUtils::parseDuration),
                    parsed("queue", settings, queue -> MemorySize.parse(queue).getBytes()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(at + " (" + camera.get("id").asText() + "): " + e.getMessage(), e);
        }
    }

    private static <T> T parsed(String key, Map<String, String> settings, Function<String, T> parse) {
        try {
            return parse.apply(settings.get(key));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new IllegalArgumentException(
                    key + ": found what cannot be read, expected something like "
                            + (key.equals("size") ? "128 or off" : USUAL.get(key)),
                    e);
        }
    }

    private static Map<String, String> with(Map<String, String> before, JsonNode settings, String at) {
        if (at.endsWith("defaults")) {
            requireKeys(settings, at, SETTINGS);
        }
        Map<String, String> all = new LinkedHashMap<>(before);
        // YAML reads off as a word that means false
        SETTINGS.stream().filter(settings::has).forEach(key -> {
            JsonNode value = settings.get(key);
            all.put(key, value.isBoolean() && !value.asBoolean() ? "off" : value.asText());
        });
        return all;
    }

    private static void requireKeys(JsonNode node, String at, Set<String> known) {
        if (!node.isMissingNode() && !node.isObject()) {
            throw new IllegalArgumentException(at + ": found " + node.getNodeType() + ", expected keys and values");
        }
        node.fieldNames().forEachRemaining(key -> {
            if (!known.contains(key)) {
                Object[] sorted = new TreeSet<>(known).toArray();
                throw new IllegalArgumentException(
                        at + ": found " + key + ", expected one of " + Arrays.toString(sorted));
            }
        });
    }
}
