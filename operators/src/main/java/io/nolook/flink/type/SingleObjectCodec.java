package io.nolook.flink.type;

import io.nolook.schema.ActionEvent;
import io.nolook.schema.ActionScores;
import io.nolook.schema.AnomalyEvent;
import io.nolook.schema.ArchiveSegment;
import io.nolook.schema.ControlReport;
import io.nolook.schema.FailedFrame;
import io.nolook.schema.Frame;
import io.nolook.schema.SingleObject;
import io.nolook.schema.Surprise;
import io.nolook.schema.TokenFrame;
import io.nolook.schema.TokenSequence;
import java.io.IOException;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Avro records between operators, as the single objects that they are on their topics. */
public abstract class SingleObjectCodec<T extends SpecificRecordBase> implements ValueCodec<T> {
    private static final long serialVersionUID = 1;

    private transient SingleObject<T> format;

    abstract SingleObject<T> format();

    @Override
    public final synchronized void write(T record, DataOutputView to) throws IOException {
        byte[] bytes = current().encode(record);
        to.writeInt(bytes.length);
        to.write(bytes);
    }

    @Override
    public final synchronized T read(DataInputView from) throws IOException {
        byte[] bytes = new byte[from.readInt()];
        from.readFully(bytes);
        return current().decode(bytes);
    }

    private SingleObject<T> current() {
        if (format == null) {
            format = format();
        }
        return format;
    }

    /** Frames. */
    public static final class OfFrame extends SingleObjectCodec<Frame> {
        private static final long serialVersionUID = 1;

        @Override
        public Class<Frame> type() {
            return Frame.class;
        }

        @Override
        SingleObject<Frame> format() {
            return SingleObject.frames();
        }
    }

    /** Token frames. */
    public static final class OfTokenFrame extends SingleObjectCodec<TokenFrame> {
        private static final long serialVersionUID = 1;

        @Override
        public Class<TokenFrame> type() {
            return TokenFrame.class;
        }

        @Override
        SingleObject<TokenFrame> format() {
            return SingleObject.tokenFrames();
        }
    }

    /** Dead letters. */
    public static final class OfFailedFrame extends SingleObjectCodec<FailedFrame> {
        private static final long serialVersionUID = 1;

        @Override
        public Class<FailedFrame> type() {
            return FailedFrame.class;
        }

        @Override
        SingleObject<FailedFrame> format() {
            return SingleObject.failedFrames();
        }
    }

    /** Scores of a recognizer. */
    public static final class OfActionScores extends SingleObjectCodec<ActionScores> {
        private static final long serialVersionUID = 1;

        @Override
        public Class<ActionScores> type() {
            return ActionScores.class;
        }

        @Override
        SingleObject<ActionScores> format() {
            return SingleObject.actionScores();
        }
    }

    /** Actions that begin or end. */
    public static final class OfActionEvent extends SingleObjectCodec<ActionEvent> {
        private static final long serialVersionUID = 1;

        @Override
        public Class<ActionEvent> type() {
            return ActionEvent.class;
        }

        @Override
        SingleObject<ActionEvent> format() {
            return SingleObject.actionEvents();
        }
    }

    /** What predictors say of token frames. */
    public static final class OfSurprise extends SingleObjectCodec<Surprise> {
        private static final long serialVersionUID = 1;

        @Override
        public Class<Surprise> type() {
            return Surprise.class;
        }

        @Override
        SingleObject<Surprise> format() {
            return SingleObject.surprises();
        }
    }

    /** Anomalies that begin or end. */
    public static final class OfAnomalyEvent extends SingleObjectCodec<AnomalyEvent> {
        private static final long serialVersionUID = 1;

        @Override
        public Class<AnomalyEvent> type() {
            return AnomalyEvent.class;
        }

        @Override
        SingleObject<AnomalyEvent> format() {
            return SingleObject.anomalyEvents();
        }
    }

    /** Segments of the archive. */
    public static final class OfArchiveSegment extends SingleObjectCodec<ArchiveSegment> {
        private static final long serialVersionUID = 1;

        @Override
        public Class<ArchiveSegment> type() {
            return ArchiveSegment.class;
        }

        @Override
        SingleObject<ArchiveSegment> format() {
            return SingleObject.archiveSegments();
        }
    }

    /** Windows of sequences. */
    public static final class OfTokenSequence extends SingleObjectCodec<TokenSequence> {
        private static final long serialVersionUID = 1;

        @Override
        public Class<TokenSequence> type() {
            return TokenSequence.class;
        }

        @Override
        SingleObject<TokenSequence> format() {
            return SingleObject.tokenSequences();
        }
    }

    /** Reports of tasks on commands. */
    public static final class OfControlReport extends SingleObjectCodec<ControlReport> {
        private static final long serialVersionUID = 1;

        @Override
        public Class<ControlReport> type() {
            return ControlReport.class;
        }

        @Override
        SingleObject<ControlReport> format() {
            return SingleObject.controlReports();
        }
    }
}
