package io.nolook.cli;

import io.nolook.cluster.ClusterJob;
import io.nolook.job.KafkaJob;
import io.nolook.job.archive.ArchiveJob;
import io.nolook.job.detokenize.DetokenizeJob;
import io.nolook.job.generate.GenerateJob;
import io.nolook.job.recognize.RecognizeJob;
import io.nolook.job.sequence.SequenceJob;
import io.nolook.job.tokenize.TokenizeJob;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.apache.flink.configuration.Configuration;

/** The jobs there are. */
enum JobKind {
    tokenize(TokenizeJob::new),
    recognize(RecognizeJob::new),
    generate(GenerateJob::new),
    archive(ArchiveJob::new),
    sequence(SequenceJob::new),
    detokenize(DetokenizeJob::new);

    private final Function<Configuration, KafkaJob> make;

    JobKind(Function<Configuration, KafkaJob> make) {
        this.make = make;
    }

    /**
     * The job of these options.
     *
     * @throws IllegalArgumentException naming the key of the first bad option
     */
    KafkaJob make(Configuration options) {
        return make.apply(options);
    }

    /**
     * What a job on a cluster is: what it says, else what its name says.
     *
     * @throws IllegalStateException when neither names one of these
     */
    static JobKind of(ClusterJob job) {
        String said = job.parameters().getOrDefault(KafkaJob.KIND, job.name());
        return Arrays.stream(values())
                .filter(kind -> said.equals("nolook-" + kind))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("found the job " + job.name() + " " + job.id()
                        + ", expected one of nolook's: " + List.of(values())));
    }
}
