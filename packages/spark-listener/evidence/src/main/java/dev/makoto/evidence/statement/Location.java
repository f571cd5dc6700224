package dev.makoto.evidence.statement;

import dev.makoto.evidence.RefusedException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Where data lies, spelt one way: the same file has one key, whatever way its URI was written. */
public final class Location {
  private static final Pattern HOST = Pattern.compile("(?:\\[[0-9A-Fa-f:.]+\\]|[^:\\[\\]]*)(?::[0-9]+)?");
  /** Schemes that mean nothing without a bucket, a container or a host. */
  private static final Set<String> NEED_AUTHORITY =
      new HashSet<String>(Arrays.asList("s3", "gs", "abfs", "abfss", "wasb", "wasbs", "http", "https"));
  /** Schemes whose authority is {@code container@account}, where what precedes the @ is no credential. */
  private static final Set<String> NAME_CONTAINER = new HashSet<String>(Arrays.asList("abfs", "abfss", "wasb", "wasbs"));

  private Location() {}

  /** One spelling for a file's or directory's URI; query and fragment are part of a path here, as in Hadoop. */
  public static String keyOf(String uri) throws RefusedException {
    int colon = uri.indexOf(':');
    if (uri.startsWith("/") || colon < 1) return "file:" + rootIfEmpty(resolveSegments(uri));
    String scheme = canonicalScheme(uri.substring(0, colon));
    String rest = uri.substring(colon + 1);
    if (!scheme.equals("file")) return remote(scheme, rest);
    String path = rest.startsWith("//") ? rest.substring(2) : rest;
    return "file:" + rootIfEmpty(resolveSegments(path.startsWith("localhost/") ? path.substring("localhost".length()) : path));
  }

  /** The path of {@code key} below {@code rootKey}; empty where they are the same, null where it lies elsewhere. */
  public static String below(String rootKey, String key) {
    if (key.equals(rootKey)) return "";
    String folder = rootKey.endsWith("/") ? rootKey : rootKey + "/";
    return key.startsWith(folder) ? key.substring(folder.length()) : null;
  }

  /** The parent's key; null at the top. */
  public static String parentOf(String key) {
    int slash = key.lastIndexOf('/');
    boolean top = slash <= 0 || key.charAt(slash - 1) == '/' || key.endsWith(":/");
    if (top) return null;
    return key.charAt(slash - 1) == ':' ? key.substring(0, slash + 1) : key.substring(0, slash);
  }

  /** A key with the scheme of another URI of the same place: a key says s3 where the job's file systems may know s3a only. */
  public static String spelt(String key, String uri) {
    int colon = uri.indexOf(':');
    return uri.startsWith("/") || colon < 1 ? key : uri.substring(0, colon) + key.substring(key.indexOf(':'));
  }

  static String canonicalScheme(String scheme) {
    String lower = scheme.toLowerCase(Locale.ROOT);
    return lower.equals("s3a") || lower.equals("s3n") ? "s3" : lower;
  }

  static String remote(String scheme, String rest) throws RefusedException {
    if (!rest.startsWith("/")) throw Names.refuse("what follows " + scheme + ": does not begin with a slash");
    String authority = "";
    String path = rest;
    if (rest.startsWith("//")) {
      int slash = rest.indexOf('/', 2);
      authority = withoutCredentials(scheme, slash < 0 ? rest.substring(2) : rest.substring(2, slash));
      path = slash < 0 ? "" : rest.substring(slash);
    }
    if (authority.isEmpty() && NEED_AUTHORITY.contains(scheme)) throw Names.refuse("a " + scheme + " URI without bucket or host");
    String resolved = resolveSegments(path);
    return authority.isEmpty() ? scheme + ":" + rootIfEmpty(resolved) : scheme + "://" + authority + resolved;
  }

  private static String withoutCredentials(String scheme, String authority) throws RefusedException {
    int at = authority.lastIndexOf('@');
    String user = authority.substring(0, Math.max(at, 0));
    String host = authority.substring(at + 1);
    if (!HOST.matcher(host).matches()) throw Names.refuse("an authority that is not host[:port]");
    boolean container = at > 0 && NAME_CONTAINER.contains(scheme) && user.indexOf(':') < 0 && user.indexOf('@') < 0;
    return container ? user + "@" + host : host;
  }

  static String resolveSegments(String path) {
    if (isResolved(path)) return path;
    Deque<String> kept = new ArrayDeque<String>();
    for (String segment : path.split("/")) {
      if (segment.equals("..")) kept.pollLast();
      else if (!segment.isEmpty() && !segment.equals(".")) kept.addLast(segment);
    }
    StringBuilder resolved = new StringBuilder();
    for (Iterator<String> segments = kept.iterator(); segments.hasNext(); ) resolved.append('/').append(segments.next());
    return resolved.toString();
  }

  /** Whether it is a slash and a segment, as often as one likes, with no segment that means something. */
  private static boolean isResolved(String path) {
    for (int at = 0; at < path.length(); ) {
      int next = path.indexOf('/', at + 1);
      int end = next < 0 ? path.length() : next;
      boolean dots = path.startsWith("/.", at) && (end == at + 2 || end == at + 3 && path.charAt(at + 2) == '.');
      if (path.charAt(at) != '/' || end == at + 1 || dots) return false;
      at = end;
    }
    return true;
  }

  private static String rootIfEmpty(String path) {
    return path.isEmpty() ? "/" : path;
  }
}
