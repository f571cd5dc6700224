package dev.makoto.hadoop;

import java.io.IOException;
import java.util.Map;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.Path;

/** Collects what is asked for, asks the real file system's builder for it, and hashes what goes into the stream. */
final class HashingOutputBuilder extends FSDataOutputStreamBuilder<FSDataOutputStream, HashingOutputBuilder> {
  private final HashingFileSystem owner;
  private final Path path;
  private final FSDataOutputStreamBuilder<?, ?> real;

  HashingOutputBuilder(HashingFileSystem owner, Path path, FSDataOutputStreamBuilder<?, ?> real) {
    super(owner, path);
    this.owner = owner;
    this.path = path;
    this.real = real;
    create();
  }

  @Override
  public HashingOutputBuilder getThisBuilder() {
    return this;
  }

  @Override
  public FSDataOutputStream build() throws IOException {
    real.permission(getPermission()).bufferSize(getBufferSize()).replication(getReplication()).blockSize(getBlockSize());
    if (isRecursive()) real.recursive();
    if (getProgress() != null) real.progress(getProgress());
    if (getChecksumOpt() != null) real.checksumOpt(getChecksumOpt());
    if (getFlags().contains(CreateFlag.APPEND)) real.append();
    else real.overwrite(getFlags().contains(CreateFlag.OVERWRITE));
    for (Map.Entry<String, String> option : getOptions()) {
      if (getMandatoryKeys().contains(option.getKey())) real.must(option.getKey(), option.getValue());
      else real.opt(option.getKey(), option.getValue());
    }
    return owner.hashedUnlessAppending(path, real.build(), getFlags());
  }
}
