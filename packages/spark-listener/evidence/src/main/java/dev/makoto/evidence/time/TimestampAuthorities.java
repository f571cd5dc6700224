package dev.makoto.evidence.time;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.net.HttpRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Timestamp authorities, the preferred one first: one that fails is asked once more and then left alone for a while, so that a dead
 * one does not hold up every statement, and the next one answers in its place.
 */
public final class TimestampAuthorities {
  private static final int ROUNDS = 2;
  private static final long FIRST_PAUSE = 200;
  private static final long LONGEST_PAUSE = 5000;
  private static final long REST_NANOS = 30L * 1000 * 1000 * 1000;

  private final List<Authority> authorities = new ArrayList<Authority>();

  public TimestampAuthorities(List<String> urls, int timeoutMillis) {
    for (String url : urls) authorities.add(new Authority(new TimestampClient(url, timeoutMillis)));
  }

  /** How long a caller waits for a timestamp. */
  public interface Patience {
    /** Whether there is time left to pause for so long and ask once more. */
    boolean allows(long pauseMillis);
  }

  /** Waits for nobody beyond a second try. */
  public static final Patience NONE = new Patience() {
    @Override
    public boolean allows(long pauseMillis) {
      return false;
    }
  };

  /**
   * The first reply that answers the question. A wrong answer is not asked for again.
   *
   * @param patience asked after the second round, in which everybody was asked whom there is hope in
   * @throws IOException where nobody answers, or all are being left alone
   */
  public byte[] timestamp(byte[] signature, Patience patience) throws IOException {
    List<Authority> hopeful = hopeful(patience);
    IOException last = new IOException("the timestamp authorities failed a moment ago and are left alone");
    for (int round = 1; !hopeful.isEmpty(); round++) {
      for (Authority authority : new ArrayList<Authority>(hopeful)) {
        try {
          return authority.ask(signature);
        } catch (IOException failure) {
          authority.rest();
          if (failure instanceof RefusedException) hopeful.remove(authority);
          last = failure;
        }
      }
      long pause = Math.min(FIRST_PAUSE << Math.min(round - 1, 10), LONGEST_PAUSE);
      if (hopeful.isEmpty() || round >= ROUNDS && !patience.allows(pause)) break;
      HttpRequest.pause(pause);
    }
    throw last;
  }

  /** Those that rest are passed over; who has patience asks them last. */
  private List<Authority> hopeful(Patience patience) {
    List<Authority> awake = new ArrayList<Authority>();
    List<Authority> resting = new ArrayList<Authority>();
    for (Authority authority : authorities) (authority.isResting() ? resting : awake).add(authority);
    if (patience.allows(FIRST_PAUSE)) awake.addAll(resting);
    return awake;
  }

  private static final class Authority {
    private final TimestampClient client;
    private boolean failed;
    private long failedAt;

    Authority(TimestampClient client) {
      this.client = client;
    }

    byte[] ask(byte[] signature) throws IOException {
      byte[] reply = client.timestamp(signature);
      failed = false;
      return reply;
    }

    void rest() {
      failed = true;
      failedAt = System.nanoTime();
    }

    boolean isResting() {
      return failed && System.nanoTime() - failedAt < REST_NANOS;
    }
  }
}
