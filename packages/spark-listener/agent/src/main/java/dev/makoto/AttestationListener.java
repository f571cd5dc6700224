package dev.makoto;

import dev.makoto.evidence.AdministratorFiles;
import dev.makoto.evidence.Strictness;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkException;
import org.apache.spark.SparkFirehoseListener;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;

/**
 * {@code spark.extraListeners=dev.makoto.AttestationListener} and the JAR: nothing else is needed to have a job attest itself.
 *
 * <p>Spark constructs it with the application's own configuration before any session exists, which is when the commit protocol and the
 * SQL extension can still be added.
 *
 * <p>Spark ends an application whose listener can't be made, and one whose listener throws a LinkageError. Whatever is wrong with the rest
 * of the JAR (made for another Scala or Spark, a class missing) is therefore held up here, in Java, which links with any Scala. Of our own
 * classes this one needs none to be loaded and none to refuse.
 */
public class AttestationListener extends SparkFirehoseListener {
  private static final Logger LOG = LoggerFactory.getLogger("dev.makoto");
  static final String EXTENSIONS = "spark.sql.extensions";
  static final String PROTOCOL = "spark.sql.sources.commitProtocolClass";
  /** Ours: the protocol before which ours stands, whether it hashes, and the context that has an agent. */
  static final String DELEGATE = "spark.makoto.internal.commitProtocol";
  static final String HASHES_WHILE_WRITING = "spark.makoto.internal.hashWhileWriting";
  static final String INSTALLED = "spark.makoto.internal.installed";
  private static final String OURS = "dev.makoto.";

  /** Null where nothing is attested. */
  private volatile Agent agent;

  public AttestationListener(SparkConf conf) throws SparkException {
    agent = start(conf, false);
  }

  @Override
  public void onEvent(SparkListenerEvent event) {
    Agent following = agent;
    if (following == null) return;
    try {
      following.receiveShared(event);
    } catch (Throwable cause) {
      agent = null;
      LOG.warn("Makoto can't follow the application any longer; the job goes on", cause);
    }
  }

  /** As {@link #start(SparkConf, boolean)}, on a context that is not yet delivering events. */
  static Agent start(SparkContext context) throws SparkException {
    // The configuration itself: what is added to a copy would not reach the sessions.
    Agent agent = start(context.conf(), true);
    try {
      if (agent != null) agent.listenOn(context);
    } catch (Throwable cause) {
      LOG.warn("Makoto can't follow the application; the job goes on", cause);
    }
    return agent;
  }

  /**
   * Starts the agent; where that fails, nothing of ours stays in {@code conf}.
   *
   * @return null where there is nothing to attest into, where it stands already, and where it can't run
   * @throws SparkException only where {@code on-failure} is {@code fail}
   */
  static Agent start(SparkConf conf, boolean onPlugin) throws SparkException {
    String extensions = conf.get(EXTENSIONS, "");
    String protocol = conf.get(PROTOCOL, "");
    try {
      String mismatch = JarLine.ofThisJar().mismatchHere();
      if (mismatch == null) return Agent.prepare(conf, onPlugin, AdministratorFiles.ofMachine());
      withdraw(conf, extensions, protocol);
      refuseIfStrict(conf, mismatch, null);
      LOG.error("Makoto attests nothing: {}", mismatch);
    } catch (Throwable cause) {
      withdraw(conf, extensions, protocol);
      if (cause instanceof InterruptedException) Thread.currentThread().interrupt();
      refuseIfStrict(conf, String.valueOf(cause.getMessage()), cause);
      LOG.warn("Makoto could not start; the job goes on", cause);
    }
    return null;
  }

  /** What names a class of ours and can't be loaded would fail a session or a write later. */
  private static void withdraw(SparkConf conf, String extensions, String protocol) {
    StringBuilder others = new StringBuilder();
    for (String name : extensions.split(",")) {
      if (name.trim().isEmpty() || name.trim().startsWith(OURS)) continue;
      others.append(others.length() == 0 ? "" : ",").append(name.trim());
    }
    restore(conf, EXTENSIONS, others.toString());
    // A copy of another context's configuration may name ours already.
    restore(conf, PROTOCOL, protocol.startsWith(OURS) ? conf.get(DELEGATE, "") : protocol);
    conf.remove(DELEGATE);
    conf.remove(HASHES_WHILE_WRITING);
    conf.remove(INSTALLED);
  }

  private static void restore(SparkConf conf, String key, String value) {
    if (value.isEmpty()) conf.remove(key);
    else conf.set(key, value);
  }

  private static void refuseIfStrict(SparkConf conf, String why, Throwable cause) throws SparkException {
    if (!isStrict(conf)) return;
    throw cause instanceof SparkException ? (SparkException) cause : new SparkException("Makoto can't attest this application: " + why, cause);
  }

  private static boolean isStrict(SparkConf conf) {
    try {
      Map<String, String> settings = new HashMap<String, String>();
      for (Tuple2<String, String> setting : conf.getAll()) settings.put(setting._1(), setting._2());
      return Strictness.isDemanded(settings, AdministratorFiles.ofMachine().readable());
    } catch (Throwable unknown) {
      // The class that is missing may be the one that would know; what the job itself asks for can be seen without.
      String asked = conf.get("spark.makoto.on-failure", conf.get("makoto.on-failure", ""));
      return asked.trim().equalsIgnoreCase("fail");
    }
  }
}
