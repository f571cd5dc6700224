package dev.makoto.hadoop;

import java.net.URI;
import java.net.URISyntaxException;
import org.apache.hadoop.fs.Path;

/** {@code makoto+file:/lake/part-0} and the real path that it stands for. */
final class HashingPath {
  static final String PREFIX = "makoto+";

  private HashingPath() {}

  static boolean isHashing(URI uri) {
    return uri.getScheme() != null && uri.getScheme().startsWith(PREFIX);
  }

  /** The real path; a path that is real already, or has no scheme, stays as it is. */
  static Path real(Path path) {
    URI uri = path.toUri();
    return isHashing(uri) ? withScheme(uri, uri.getScheme().substring(PREFIX.length())) : path;
  }

  static URI real(URI uri) {
    return isHashing(uri) ? URI.create(uri.toString().substring(PREFIX.length())) : uri;
  }

  static Path hashing(Path real) {
    return withScheme(real.toUri(), PREFIX + real.toUri().getScheme());
  }

  private static Path withScheme(URI uri, String scheme) {
    try {
      return new Path(new URI(scheme, uri.getAuthority(), uri.getPath(), null, null));
    } catch (URISyntaxException impossible) {
      throw new IllegalArgumentException(impossible);
    }
  }
}
