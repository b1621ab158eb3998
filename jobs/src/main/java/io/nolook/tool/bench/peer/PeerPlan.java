package io.nolook.tool.bench.peer;

import io.nolook.frame.FrameSize;
import java.nio.file.Path;
import java.util.List;

/**
 * What is to be measured.
 *
 * @param folder of the Python peers
 * @param cameras that send
 * @param sources sizes of their pictures
 * @param peers in the order of a round
 * @param repeats rounds
 * @param seconds that a run is measured
 */
public record PeerPlan(
        Path folder, int cameras, List<FrameSize> sources, List<Peer> peers, int repeats, double seconds) {

    public PeerPlan {
        if (sources.isEmpty() || peers.isEmpty()) {
            throw new IllegalArgumentException("found no size or no peer, expected at least one of each");
        }
        if (repeats < 1 || repeats > 100 || !(seconds >= 0.5 && seconds <= 600)) {
            throw new IllegalArgumentException("found --repeats " + repeats + " and --run-seconds " + seconds
                    + ", expected 1 to 100, and 0.5 to 600");
        }
    }
}
