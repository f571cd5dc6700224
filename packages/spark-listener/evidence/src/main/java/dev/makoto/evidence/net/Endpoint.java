package dev.makoto.evidence.net;

import dev.makoto.evidence.RefusedException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a service is reached to which we show credentials: over TLS, or on this machine. */
public final class Endpoint {
  private static final Pattern URL = Pattern.compile("(https?)://((?:[A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:]{2,39}\\])(?::[0-9]{1,5})?)(/[A-Za-z0-9._~/-]*)?");
  /** Services of the cloud's own that answer on this machine's link only, where there is no TLS to be had. */
  private static final Pattern LINK_LOCAL = Pattern.compile("(?:169\\.254(?:\\.[0-9]{1,3}){2}|\\[fd00:ec2::[0-9a-f]{1,4}\\]|metadata\\.google\\.internal)(?::[0-9]{1,5})?");
  private static final Pattern LOOPBACK = Pattern.compile("(?:localhost|127(?:\\.[0-9]{1,3}){3}|\\[::1\\])(?::[0-9]{1,5})?");

  private Endpoint() {}

  /** The URL without a slash at its end; refused where what we send could be read on the way. */
  public static String of(String url) throws RefusedException {
    return check(url, false);
  }

  /** The URL of a service that the cloud offers to this machine alone. */
  public static String ofMetadata(String url) throws RefusedException {
    return check(url, true);
  }

  /** The URL of a host that was named without a scheme: plain HTTP on this machine, TLS elsewhere. */
  public static String ofHost(String host) throws RefusedException {
    return of((isLoopback(host) ? "http://" : "https://") + host);
  }

  private static String check(String url, boolean linkLocal) throws RefusedException {
    Matcher form = URL.matcher(url);
    if (!form.matches()) throw new RefusedException("a service's address is not an http(s) URL without credentials, query or fragment");
    boolean near = isLoopback(form.group(2)) || linkLocal && LINK_LOCAL.matcher(form.group(2)).matches();
    if (form.group(1).equals("http") && !near) throw new RefusedException("credentials go over https: only, but to this machine itself");
    return url.replaceAll("/+\\z", "");
  }

  public static boolean isLoopback(String host) {
    return LOOPBACK.matcher(host).matches();
  }
}
