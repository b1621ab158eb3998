package io.nolook.tool.bench.peer;

import io.nolook.tool.bench.page.Chapter;
import io.nolook.tool.bench.page.Grid;
import java.util.List;

/** What each peer does not do, by its construction; nothing here is measured. */
final class PeerLimits {
    private static final String COLUMNS =
            "what|after a crash|repeated or lost tokens|more workers|gaps, duplicates, bad pictures|batches over cameras";

    private PeerLimits() {}

    static Chapter chapter(List<Peer> peers) {
        return new Chapter(
                "limits",
                "What each does not do",
                List.of("By construction, not by measurement."),
                List.of(Grid.of(
                        "What each does not do",
                        COLUMNS,
                        peers.stream().map(PeerLimits::row).toList())),
                List.of(),
                List.of(),
                true);
    }

    private static List<String> row(Peer peer) {
        return switch (peer) {
            case NOLOOK, NOLOOK_INT8 ->
                row(peer, "window restored, same tokens", "none", "state moves with its cameras", "kept apart", "yes");
            case NOLOOK_RECORD ->
                row(peer, "window restored, same tokens", "none", "state moves with its cameras", "kept apart", "no");
            case PYTHON_LOOP, PYTHON_LOOP_INT8 ->
                row(
                        peer,
                        "begins anew, other tokens; frames of unfinished chunks are lost",
                        "both can happen",
                        "a moved camera begins anew",
                        "not seen; a bad picture ends it",
                        "yes");
            case PYTHON_STREAM ->
                row(
                        peer,
                        "begins anew, other tokens: activations do not fit its changelog's records",
                        "both can happen (exactly-once exists, without this state)",
                        "a moved camera begins anew",
                        "not seen; a bad picture ends it",
                        "no");
            case JAVA -> ofJava(peer, "yes");
            case JAVA_WINDOWED -> ofJava(peer, "yes; what came before its 17 frames cannot matter");
        };
    }

    private static List<String> ofJava(Peer peer, String batches) {
        return row(
                peer,
                "reads the topic again from its beginning",
                "repeated",
                "none: reads all partitions",
                "not seen; a bad picture ends it",
                batches);
    }

    private static List<String> row(
            Peer peer, String crash, String tokens, String workers, String gaps, String batches) {
        return List.of(peer.title(), crash, tokens, workers, gaps, batches);
    }
}
