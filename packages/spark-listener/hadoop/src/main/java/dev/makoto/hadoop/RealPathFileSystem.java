package dev.makoto.hadoop;

import java.io.IOException;
import java.net.URI;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.BlockLocation;
import org.apache.hadoop.fs.BlockStoragePolicySpi;
import org.apache.hadoop.fs.ContentSummary;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileChecksum;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.FsServerDefaults;
import org.apache.hadoop.fs.FsStatus;
import org.apache.hadoop.fs.FutureDataInputStreamBuilder;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.QuotaUsage;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.fs.XAttrSetFlag;
import org.apache.hadoop.fs.permission.AclEntry;
import org.apache.hadoop.fs.permission.AclStatus;
import org.apache.hadoop.fs.permission.FsAction;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * The file system behind {@code makoto+<scheme>:}: every path is made real and handed to the real file system. Nothing else happens here.
 *
 * <p>The real file system is the one that Hadoop's cache shares with the whole JVM, so it is never closed from here. {@link #getUri} is
 * the real one: writers look at its scheme, and what they find in a status is the real path.
 */
class RealPathFileSystem extends FilterFileSystem {
  private URI realUri;

  @Override
  public void initialize(URI name, Configuration conf) throws IOException {
    realUri = HashingPath.real(name);
    fs = FileSystem.get(realUri, conf);
    statistics = new Statistics(realUri.getScheme());
    setConf(conf);
  }

  /**
   * Points at the file system that Hadoop's cache holds now. Who closes the shared one takes it out of that cache, and everybody
   * else gets a new one; without this a writer that comes through here would be left with the closed one.
   */
  final void renew(Configuration conf) throws IOException {
    fs = FileSystem.get(realUri, conf);
  }

  static Path real(Path path) {
    return HashingPath.real(path);
  }

  static Path[] real(Path[] paths) {
    Path[] reals = new Path[paths.length];
    for (int i = 0; i < paths.length; i++) reals[i] = real(paths[i]);
    return reals;
  }

  @Override
  public void close() {
    // The real file system belongs to the JVM.
  }

  @Override
  public URI getUri() {
    return realUri;
  }

  @Override
  public String getScheme() {
    return realUri.getScheme();
  }

  /** Both spellings of a path belong here. */
  @Override
  protected void checkPath(Path path) {}

  /** A path that says {@code makoto+} goes on saying so: writers qualify a path before they create it. */
  @Override
  public Path makeQualified(Path path) {
    return path.toUri().getScheme() == null ? fs.makeQualified(path) : path;
  }

  @Override
  public Path resolvePath(Path path) throws IOException {
    return fs.resolvePath(real(path));
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    return fs.open(real(path), bufferSize);
  }

  @Override
  public FSDataOutputStream append(Path path, int bufferSize, Progressable progress) throws IOException {
    return fs.append(real(path), bufferSize, progress);
  }

  @Override
  public void concat(Path target, Path[] sources) throws IOException {
    fs.concat(real(target), real(sources));
  }

  @Override
  public boolean truncate(Path path, long length) throws IOException {
    return fs.truncate(real(path), length);
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    return fs.rename(real(from), real(to));
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    return fs.delete(real(path), recursive);
  }

  @Override
  public boolean setReplication(Path path, short replication) throws IOException {
    return fs.setReplication(real(path), replication);
  }

  @Override
  public boolean mkdirs(Path path) throws IOException {
    return fs.mkdirs(real(path));
  }

  @Override
  public boolean mkdirs(Path path, FsPermission permission) throws IOException {
    return fs.mkdirs(real(path), permission);
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    return fs.getFileStatus(real(path));
  }

  @Override
  public FileStatus getFileLinkStatus(Path path) throws IOException {
    return fs.getFileLinkStatus(real(path));
  }

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    return fs.listStatus(real(path));
  }

  @Override
  public RemoteIterator<Path> listCorruptFileBlocks(Path path) throws IOException {
    return fs.listCorruptFileBlocks(real(path));
  }

  @Override
  public RemoteIterator<LocatedFileStatus> listLocatedStatus(Path path) throws IOException {
    return fs.listLocatedStatus(real(path));
  }

  @Override
  public RemoteIterator<FileStatus> listStatusIterator(Path path) throws IOException {
    return fs.listStatusIterator(real(path));
  }

  @Override
  public BlockLocation[] getFileBlockLocations(Path path, long start, long length) throws IOException {
    return fs.getFileBlockLocations(real(path), start, length);
  }

  @Override
  public ContentSummary getContentSummary(Path path) throws IOException {
    return fs.getContentSummary(real(path));
  }

  @Override
  public QuotaUsage getQuotaUsage(Path path) throws IOException {
    return fs.getQuotaUsage(real(path));
  }

  @Override
  public FsStatus getStatus(Path path) throws IOException {
    return fs.getStatus(real(path));
  }

  @Override
  public long getUsed(Path path) throws IOException {
    return fs.getUsed(real(path));
  }

  @Override
  public long getDefaultBlockSize(Path path) {
    return fs.getDefaultBlockSize(real(path));
  }

  @Override
  public short getDefaultReplication(Path path) {
    return fs.getDefaultReplication(real(path));
  }

  @Override
  public FsServerDefaults getServerDefaults(Path path) throws IOException {
    return fs.getServerDefaults(real(path));
  }

  @Override
  public void access(Path path, FsAction mode) throws IOException {
    fs.access(real(path), mode);
  }

  @Override
  public void setWorkingDirectory(Path path) {
    fs.setWorkingDirectory(real(path));
  }

  @Override
  public void createSymlink(Path target, Path link, boolean createParent) throws IOException {
    fs.createSymlink(real(target), real(link), createParent);
  }

  @Override
  public Path getLinkTarget(Path path) throws IOException {
    return fs.getLinkTarget(real(path));
  }

  @Override
  public FileChecksum getFileChecksum(Path path) throws IOException {
    return fs.getFileChecksum(real(path));
  }

  @Override
  public FileChecksum getFileChecksum(Path path, long length) throws IOException {
    return fs.getFileChecksum(real(path), length);
  }

  @Override
  public void setOwner(Path path, String user, String group) throws IOException {
    fs.setOwner(real(path), user, group);
  }

  @Override
  public void setTimes(Path path, long mtime, long atime) throws IOException {
    fs.setTimes(real(path), mtime, atime);
  }

  @Override
  public void setPermission(Path path, FsPermission permission) throws IOException {
    fs.setPermission(real(path), permission);
  }

  @Override
  public void copyFromLocalFile(boolean remove, Path local, Path to) throws IOException {
    fs.copyFromLocalFile(remove, local, real(to));
  }

  @Override
  public void copyFromLocalFile(boolean remove, boolean overwrite, Path[] local, Path to) throws IOException {
    fs.copyFromLocalFile(remove, overwrite, local, real(to));
  }

  @Override
  public void copyFromLocalFile(boolean remove, boolean overwrite, Path local, Path to) throws IOException {
    fs.copyFromLocalFile(remove, overwrite, local, real(to));
  }

  @Override
  public void copyToLocalFile(boolean remove, Path from, Path local) throws IOException {
    fs.copyToLocalFile(remove, real(from), local);
  }

  @Override
  public Path startLocalOutput(Path to, Path local) throws IOException {
    return fs.startLocalOutput(real(to), local);
  }

  @Override
  public void completeLocalOutput(Path to, Path local) throws IOException {
    fs.completeLocalOutput(real(to), local);
  }

  @Override
  public Path createSnapshot(Path path, String name) throws IOException {
    return fs.createSnapshot(real(path), name);
  }

  @Override
  public void renameSnapshot(Path path, String oldName, String newName) throws IOException {
    fs.renameSnapshot(real(path), oldName, newName);
  }

  @Override
  public void deleteSnapshot(Path path, String name) throws IOException {
    fs.deleteSnapshot(real(path), name);
  }

  @Override
  public void modifyAclEntries(Path path, List<AclEntry> acl) throws IOException {
    fs.modifyAclEntries(real(path), acl);
  }

  @Override
  public void removeAclEntries(Path path, List<AclEntry> acl) throws IOException {
    fs.removeAclEntries(real(path), acl);
  }

  @Override
  public void removeDefaultAcl(Path path) throws IOException {
    fs.removeDefaultAcl(real(path));
  }

  @Override
  public void removeAcl(Path path) throws IOException {
    fs.removeAcl(real(path));
  }

  @Override
  public void setAcl(Path path, List<AclEntry> acl) throws IOException {
    fs.setAcl(real(path), acl);
  }

  @Override
  public AclStatus getAclStatus(Path path) throws IOException {
    return fs.getAclStatus(real(path));
  }

  @Override
  public void setXAttr(Path path, String name, byte[] value) throws IOException {
    fs.setXAttr(real(path), name, value);
  }

  @Override
  public void setXAttr(Path path, String name, byte[] value, EnumSet<XAttrSetFlag> flag) throws IOException {
    fs.setXAttr(real(path), name, value, flag);
  }

  @Override
  public byte[] getXAttr(Path path, String name) throws IOException {
    return fs.getXAttr(real(path), name);
  }

  @Override
  public Map<String, byte[]> getXAttrs(Path path) throws IOException {
    return fs.getXAttrs(real(path));
  }

  @Override
  public Map<String, byte[]> getXAttrs(Path path, List<String> names) throws IOException {
    return fs.getXAttrs(real(path), names);
  }

  @Override
  public List<String> listXAttrs(Path path) throws IOException {
    return fs.listXAttrs(real(path));
  }

  @Override
  public void removeXAttr(Path path, String name) throws IOException {
    fs.removeXAttr(real(path), name);
  }

  @Override
  public void satisfyStoragePolicy(Path path) throws IOException {
    fs.satisfyStoragePolicy(real(path));
  }

  @Override
  public void setStoragePolicy(Path path, String policy) throws IOException {
    fs.setStoragePolicy(real(path), policy);
  }

  @Override
  public void unsetStoragePolicy(Path path) throws IOException {
    fs.unsetStoragePolicy(real(path));
  }

  @Override
  public BlockStoragePolicySpi getStoragePolicy(Path path) throws IOException {
    return fs.getStoragePolicy(real(path));
  }

  @Override
  public Path getTrashRoot(Path path) {
    return fs.getTrashRoot(real(path));
  }

  @Override
  @SuppressWarnings("rawtypes")
  public FSDataOutputStreamBuilder appendFile(Path path) {
    return fs.appendFile(real(path));
  }

  @Override
  public FutureDataInputStreamBuilder openFile(Path path) throws IOException {
    return fs.openFile(real(path));
  }

  @Override
  public boolean hasPathCapability(Path path, String capability) throws IOException {
    return fs.hasPathCapability(real(path), capability);
  }
}
