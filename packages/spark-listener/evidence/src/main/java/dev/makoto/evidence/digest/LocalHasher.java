package dev.makoto.evidence.digest;

import dev.makoto.evidence.facts.DataFile;
import dev.makoto.evidence.facts.DataFiles;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Hashes in this JVM: small sets on the worker's own thread, larger ones with a second thread beside it. */
public final class LocalHasher implements Hasher {
  private static final long WORTH_A_THREAD = 8L << 20;

  private final DataFiles files;

  public LocalHasher(DataFiles files) {
    this.files = files;
  }

  @Override
  public Map<String, FileDigest> hash(List<DataFile> wanted, final long deadline) {
    final Map<String, FileDigest> found = new ConcurrentHashMap<String, FileDigest>();
    final Queue<DataFile> queue = new ConcurrentLinkedQueue<DataFile>(wanted);
    Runnable work = new Runnable() {
      @Override
      public void run() {
        for (DataFile file = queue.poll(); file != null && System.currentTimeMillis() < deadline; file = queue.poll()) {
          try (InputStream in = files.open(file.uri)) {
            found.put(file.uri, Sha256.of(new DeadlineInputStream(in, deadline)));
          } catch (IOException | RuntimeException unreadable) {
            // Left out of the answer, which is how the caller knows.
          }
        }
      }
    };
    Thread second = wanted.size() > 1 && totalOf(wanted) > WORTH_A_THREAD ? new Thread(work, "makoto-hash") : null;
    if (second != null) {
      second.setDaemon(true);
      second.start();
    }
    work.run();
    if (second != null) join(second);
    return found;
  }

  private static long totalOf(List<DataFile> files) {
    long total = 0;
    for (DataFile file : files) total += file.size;
    return total;
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static final class DeadlineInputStream extends InputStream {
    private final InputStream real;
    private final long deadline;

    DeadlineInputStream(InputStream real, long deadline) {
      this.real = real;
      this.deadline = deadline;
    }

    @Override
    public int read() throws IOException {
      return real.read();
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      if (System.currentTimeMillis() >= deadline) throw new IOException("out of time");
      return real.read(buffer, offset, length);
    }
  }
}
