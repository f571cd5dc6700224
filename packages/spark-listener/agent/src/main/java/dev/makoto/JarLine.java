package dev.makoto;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which Spark and which Scala this JAR was made for. On any other, what compiled need not link: a commit protocol whose method has another
 * signature there fails each write of the job.
 */
final class JarLine {
  private static final Pattern LINE = Pattern.compile("^[0-9]+[.][0-9]+");

  private final String sparkLine;
  private final String scalaLine;

  JarLine(String sparkLine, String scalaLine) {
    this.sparkLine = sparkLine;
    this.scalaLine = scalaLine;
  }

  static JarLine ofThisJar() throws IOException {
    Properties ours = new Properties();
    try (InputStream in = JarLine.class.getResourceAsStream("/dev/makoto/makoto-spark.properties")) {
      if (in == null) throw new IOException("the JAR lacks makoto-spark.properties: it is damaged");
      ours.load(in);
    }
    return new JarLine(ours.getProperty("spark", ""), ours.getProperty("scala", ""));
  }

  /** Null where this JAR may run here; else what it is for, what runs, and what to do. */
  String mismatchHere() {
    return mismatch(org.apache.spark.package$.MODULE$.SPARK_VERSION(), scala.util.Properties.versionNumberString());
  }

  /** @param sparkVersion such as {@code 3.5.9} or a vendor's {@code 3.5.1-amzn-0} */
  String mismatch(String sparkVersion, String scalaVersion) {
    if (fits(sparkLine, sparkVersion) && fits(scalaLine, scalaVersion)) return null;
    return "this JAR is for Spark " + sparkLine + " with Scala " + scalaLine + ", and this is Spark " + sparkVersion + " with Scala " + scalaVersion
        + "; `makoto spark jar --spark " + lineOf(sparkVersion) + " --scala " + lineOf(scalaVersion) + "` names the one for it, if there is one";
  }

  /** A version that does not say its line, as an application's own packaging can make it, speaks against nothing. */
  private static boolean fits(String line, String version) {
    return line.equals(lineOf(version)) || !LINE.matcher(version).find();
  }

  private static String lineOf(String version) {
    Matcher line = LINE.matcher(version);
    return line.find() ? line.group() : version;
  }
}
