package io.nolook.model.onnx;

/** Where a model runs. */
public enum Device {
    /** CUDA when it can be had, else the CPU, saying so. */
    AUTO,
    CPU,
    /** CUDA, or a refusal that names what is missing. */
    CUDA
}
