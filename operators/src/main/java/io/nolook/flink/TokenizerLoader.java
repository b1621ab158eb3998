package io.nolook.flink;

import io.nolook.tokenizer.VideoTokenizer;
import java.io.Serializable;

/** Opens and admits the tokenizer on the machine that runs it. */
public interface TokenizerLoader extends Serializable {

    /** Loaders with equal keys open equal tokenizers, which the tasks of one process share. */
    String key();

    /**
     * Opens the tokenizer; the caller closes it.
     *
     * @throws io.nolook.tokenizer.ModelRefusedException when it may not be used
     */
    VideoTokenizer open();
}
