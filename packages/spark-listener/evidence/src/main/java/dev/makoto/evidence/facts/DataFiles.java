package dev.makoto.evidence.facts;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** The data under attestation, wherever it lies: find, stat, open, and nothing else. */
public interface DataFiles {
  /** Sees files one after another, as the storage tells of them. */
  interface Visitor {
    /** @return whether more of them are wanted */
    boolean visit(DataFile file) throws IOException;
  }

  /** Shows every file below {@code rootUri}, hidden ones included, in no order; the rule of FORMATS §1 is applied by the caller. */
  void visitBelow(String rootUri, Visitor visitor) throws IOException;

  /** Shows what lies in {@code folderUri} itself, folders too. */
  void visitIn(String folderUri, Visitor visitor) throws IOException;

  /** What is at {@code uri}; null where there is nothing. */
  DataFile stat(String uri) throws IOException;

  InputStream open(String uri) throws IOException;

  /** All that {@link #visitBelow} shows. */
  default List<DataFile> list(String rootUri) throws IOException {
    List<DataFile> files = new ArrayList<DataFile>();
    visitBelow(rootUri, files::add);
    return files;
  }
}
