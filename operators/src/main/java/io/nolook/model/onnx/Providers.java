package io.nolook.model.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;

/** Tells which provider of ONNX Runtime computes, and whether it is the second choice. */
public final class Providers {

    private Providers() {}

    /** The provider that a runtime's id names: cpu or cuda. */
    public static String of(String runtimeId) {
        String[] parts = runtimeId.split("/", 3);
        return parts.length < 2 ? "unknown" : parts[1];
    }

    /**
     * Whether CUDA was asked for and built in, and the CPU computes.
     *
     * <p>With {@code inference.device=auto} alone: {@code cuda} fails instead. A build without CUDA falls back from nothing.
     */
    public static boolean fellBack(SessionSettings asked, String provider) {
        return asked.device() == Device.AUTO
                && provider.equals("cpu")
                && OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA);
    }
}
