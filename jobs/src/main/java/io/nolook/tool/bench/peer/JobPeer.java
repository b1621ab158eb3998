package io.nolook.tool.bench.peer;

import io.nolook.job.tokenize.TokenizeJob;
import io.nolook.local.LocalJob;
import java.io.IOException;

/** nolook itself, on a cluster in this process. */
record JobPeer(LocalJob<TokenizeJob> job) implements Peer.Running {

    @Override
    public long cpuNanosElsewhere() {
        return 0;
    }

    @Override
    public void close() throws IOException {
        job.close();
    }
}
