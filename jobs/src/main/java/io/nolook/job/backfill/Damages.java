package io.nolook.job.backfill;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What tasks found damaged, for whoever started the job in the same process; elsewhere it is in the log alone.
 *
 * <p>Travels with the job graph: copies are one. It outlives restarts of the job, as accumulators do not, and says each thing
 * once. From any thread.
 */
final class Damages implements Serializable {
    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(Damages.class);
    private static final Map<String, Set<String>> FOUND = new ConcurrentHashMap<>();

    private final String id = UUID.randomUUID().toString();

    void add(String damage) {
        if (FOUND.computeIfAbsent(id, made -> new ConcurrentSkipListSet<>()).add(damage)) {
            LOG.warn("{}", damage);
        }
    }

    /** In alphabetical order. */
    List<String> all() {
        return List.copyOf(FOUND.getOrDefault(id, Set.of()));
    }
}
