package io.nolook.model.onnx;

import io.nolook.model.ModelRefusedException;
import io.nolook.model.ModelRefusedException.Reason;
import io.nolook.model.ModelSpec;
import io.nolook.model.ModelUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Finds model files: a path, or {@code builtin:NAME} for one that ships with the jobs.
 *
 * <p>{@code builtin:NAME/sharp} is its decoder for people, where it has one.
 */
public final class ModelFiles {
    private static final String BUILTIN = "builtin:";
    private static final String FLOATS = "/fp32";
    private static final String INTEGERS = "encoder-int8";
    private static final String SHARP = "/sharp";
    private static final long MAX_BYTES = 2L << 30;

    private ModelFiles() {}

    /**
     * Reads the encoder of a location.
     *
     * <p>A built-in model has two, whose tokens mean the same: one with integer convolutions for the CPU, and one in
     * floating point for CUDA, and for those who ask for {@code builtin:NAME/fp32}.
     *
     * @param session how it will run
     */
    public static byte[] encoder(String location, SessionSettings session) {
        if (location.startsWith(BUILTIN) && location.endsWith(FLOATS)) {
            return read(location.substring(0, location.length() - FLOATS.length()), "encoder");
        }
        boolean integers = OnnxSession.provider(session).equals("cpu") && isBuiltIn(location, INTEGERS);
        return read(location, integers ? INTEGERS : "encoder");
    }

    /** Where the decoder for people of the same tokens is; empty where there is none. */
    public static Optional<String> sharp(String decoder) {
        return Optional.of(decoder + SHARP).filter(location -> isBuiltIn(location, "decoder"));
    }

    /** The location of a built-in model, whether there is one of that name or not. */
    public static String builtin(String name) {
        return BUILTIN + name;
    }

    /** Whether a location names a built-in model that has a file of this role. */
    public static boolean isBuiltIn(String location, String role) {
        return location.startsWith(BUILTIN)
                && ModelFiles.class.getClassLoader().getResource(resource(location, role)) != null;
    }

    /** Of builtin:NAME the file ROLE.onnx, of builtin:NAME/VARIANT the file ROLE-VARIANT.onnx. */
    private static String resource(String builtin, String role) {
        String[] parts = builtin.substring(BUILTIN.length()).split("/", 2);
        return "models/" + parts[0] + "/" + role + (parts.length == 2 ? "-" + parts[1] : "") + ".onnx";
    }

    /**
     * Reads a whole file.
     *
     * @param location a path, builtin:NAME, or builtin:NAME/VARIANT
     * @param role encoder or decoder: which file of a built-in model
     * @throws ModelRefusedException when no such model is built in, or the file is larger than 2 GiB
     * @throws ModelUnavailableException when there is no file, or it cannot be read
     */
    public static byte[] read(String location, String role) {
        try {
            if (location.startsWith(BUILTIN)) {
                String resource = resource(location, role);
                try (InputStream in = ModelFiles.class.getClassLoader().getResourceAsStream(resource)) {
                    if (in == null) {
                        throw unreadable("model: found no built-in '" + location + "', expected builtin:nolook-small"
                                + " or the path of an .onnx file");
                    }
                    return in.readAllBytes();
                }
            }
            Path path = Path.of(location);
            if (!Files.isRegularFile(path)) {
                throw new ModelUnavailableException("model: found no file at '" + path.toAbsolutePath()
                        + "', expected the path of an .onnx file or builtin:nolook-small");
            }
            if (Files.size(path) > MAX_BYTES) {
                throw unreadable("model: found " + Files.size(path) + " bytes at '" + path.toAbsolutePath()
                        + "', expected at most 2 GiB");
            }
            return Files.readAllBytes(path);
        } catch (IOException e) {
            throw new ModelUnavailableException("model: cannot read '" + location + "': " + e.getMessage(), e);
        }
    }

    /**
     * What a file says of itself.
     *
     * @throws ModelRefusedException when it is no model, or does not say what the contract asks
     */
    public static ModelSpec spec(byte[] file) {
        try (OnnxSession session = OnnxSession.open(file, SessionSettings.cpu(1))) {
            return session.spec();
        }
    }

    private static ModelRefusedException unreadable(String found) {
        return new ModelRefusedException(Reason.UNREADABLE, found);
    }
}
