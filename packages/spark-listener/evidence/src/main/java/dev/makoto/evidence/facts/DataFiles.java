package dev.makoto.evidence.facts;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** The data under attestation, wherever it lies: list, stat, open, and nothing else. */
public interface DataFiles {
  /** Every file below {@code rootUri}, hidden ones included, in no order; the rule of FORMATS §1 is applied by the caller. */
  List<DataFile> list(String rootUri) throws IOException;

  /** What is at {@code uri}; null where there is nothing. */
  DataFile stat(String uri) throws IOException;

  InputStream open(String uri) throws IOException;
}
