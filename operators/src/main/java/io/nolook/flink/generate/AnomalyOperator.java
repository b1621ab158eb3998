package io.nolook.flink.generate;

import io.nolook.flink.stream.EventOperator;
import io.nolook.generation.Anomaly;
import io.nolook.generation.AnomalyDetector;
import io.nolook.generation.Watched;
import io.nolook.record.KeptWatch;
import io.nolook.record.SurpriseRecords;
import io.nolook.schema.AnomalyEvent;
import io.nolook.schema.SingleObject;
import io.nolook.schema.Surprise;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.metrics.Counter;

/** Surprise in, anomalies out, by {@link AnomalyDetector}; keeps what is usual for each camera, at most 1 KiB. */
public final class AnomalyOperator extends EventOperator<Surprise, KeptWatch, AnomalyEvent> {
    private static final long serialVersionUID = 1;

    private final GenerateSettings settings;

    private transient AnomalyDetector detector;
    private transient SingleObject<Surprise> format;
    private transient Counter begun;
    private transient Counter ended;

    public AnomalyOperator(GenerateSettings settings) {
        super("anomaly-watch", "anomaly-silence", settings.inference().cameraIdleTtlMillis());
        this.settings = settings;
    }

    @Override
    public void open() throws Exception {
        super.open();
        detector = new AnomalyDetector(settings.anomalyThresholds());
        format = SingleObject.surprises();
        begun = getMetricGroup().counter("anomaliesBegun");
        ended = getMetricGroup().counter("anomaliesEnded");
    }

    @Override
    protected Step<KeptWatch, AnomalyEvent> step(Optional<KeptWatch> before, Surprise surprise, long nowMillis) {
        List<AnomalyEvent> events = new ArrayList<>();
        Watched watched = before.map(KeptWatch::watched).orElse(Watched.NEW);
        if (before.isPresent() && !SurpriseRecords.samePredictor(before.get().newest(), surprise)) {
            events.addAll(end(before.get())); // another predictor: its bits are others
            watched = Watched.NEW;
        }
        AnomalyDetector.Result result = detector.step(watched, SurpriseRecords.scored(surprise));
        events.addAll(records(result.events(), surprise));
        return new Step<>(Optional.of(new KeptWatch(nowMillis, result.after(), surprise)), events);
    }

    @Override
    protected List<AnomalyEvent> end(KeptWatch last) {
        return records(detector.end(last.watched()), last.newest());
    }

    private List<AnomalyEvent> records(List<Anomaly> anomalies, Surprise newest) {
        return anomalies.stream()
                .map(anomaly -> {
                    (anomaly.ended() ? ended : begun).inc();
                    return SurpriseRecords.of(anomaly, newest);
                })
                .toList();
    }

    @Override
    protected long arrivalMillis(KeptWatch known) {
        return known.arrivalMillis();
    }

    @Override
    protected byte[] encode(KeptWatch known) {
        return known.encode(format);
    }

    @Override
    protected KeptWatch decode(byte[] bytes) throws IOException {
        return KeptWatch.decode(bytes, format);
    }
}
