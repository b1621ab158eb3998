package io.nolook.offline;

import io.nolook.media.UnfinishedFile;
import io.nolook.schema.SingleObject;
import io.nolook.schema.TokenFrame;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.specific.SpecificDatumWriter;

/** Avro files of token frames. */
public final class TokenFile {

    private TokenFile() {}

    /** Opens a file for writing, its folder made if missing; the caller closes it. */
    public static DataFileWriter<TokenFrame> create(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        Files.createDirectories(folder);
        DataFileWriter<TokenFrame> writer = new DataFileWriter<>(new SpecificDatumWriter<>(TokenFrame.class));
        writer.setCodec(CodecFactory.deflateCodec(6));
        writer.create(TokenFrame.getClassSchema(), file.toFile());
        return writer;
    }

    /** The same beside its place, where {@link UnfinishedFile#finish} puts it once it is whole. */
    public static DataFileWriter<TokenFrame> create(UnfinishedFile file) throws IOException {
        return create(file.path());
    }

    /** Opens a file for reading; the caller closes it. */
    public static DataFileReader<TokenFrame> open(Path file) throws IOException {
        return new DataFileReader<>(file.toFile(), SingleObject.tokenFrameReader());
    }
}
