package io.nolook.cli;

import static org.apache.flink.configuration.ConfigOptions.key;

import org.apache.flink.configuration.ConfigOption;

/** Options of commands that decode tokens. */
final class DetokenizeOptions {

    static final ConfigOption<String> MODEL_DECODER = key("model.decoder")
            .stringType()
            .defaultValue("builtin:nolook-small")
            .withDescription(
                    "Decoder, for commands that make pictures again: the path of an .onnx file, or" + " builtin:NAME.");

    static final ConfigOption<String> MODEL_REGISTRY = key("model.registry")
            .stringType()
            .defaultValue("")
            .withDescription(
                    "Folder of models by identity, TOKENIZER_ID/decoder.onnx: what decodes tokens is found there"
                            + " first. Empty for none.");

    private DetokenizeOptions() {}
}
