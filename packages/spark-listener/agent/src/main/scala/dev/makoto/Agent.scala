package dev.makoto

import java.util.Properties

import org.slf4j.LoggerFactory

import dev.makoto.evidence.{AdministratorFiles, Configuration, ConfigurationException}
import dev.makoto.evidence.facts.RunFacts

import org.apache.spark.{SPARK_VERSION, SparkConf, SparkContext, SparkException, SparkFirehoseListener}
import org.apache.spark.scheduler.{SparkListenerEvent, SparkListenerJobStart, SparkListenerStageSubmitted}
import org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionStart
import org.apache.spark.sql.makoto.{OutputCommitted, SparkBridge}

/** The agent of one application: events come in, a worker states what they mean. */
private[makoto] final class Agent private (conf: SparkConf, configuration: Configuration) {
  private val worker = new EvidenceWorker(new RunOpening(conf, configuration), configuration.timeoutMillis)
  private val tracker = new EventTracker(worker, Agent.runFacts(conf))
  private val handover = new EventHandover(tracker.receive, Agent.HandoverCapacity)
  private var listening = false

  /** Opens our own queue on a context that is not yet delivering events. */
  def listenOn(context: SparkContext): Unit = Harmless("listen to the application", ()) {
    handover.ownOnly()
    open(context)
  }

  /** Takes an event from Spark's shared queue, and opens our own as soon as the context stands. */
  def receiveShared(event: SparkListenerEvent): Unit = Harmless("follow the application", ()) {
    event match {
      case _: SparkListenerJobStart | _: SparkListenerStageSubmitted | _: SparkListenerSQLExecutionStart | _: OutputCommitted
          if !listening =>
        SparkBridge.activeContext.foreach { context =>
          handover.open()
          Harmless("open its own queue", handover.giveUp())(open(context))
        }
      case _ =>
    }
    handover.fromShared(event)
  }

  /** With `on-failure=fail` a run that can't be attested must not start. */
  def startIfStrict(applicationId: String): Unit =
    if (configuration.onFailure == Configuration.OnFailure.FAIL) {
      worker.start(Agent.runFacts(conf)(applicationId, None)).foreach { cause =>
        throw new SparkException(s"Makoto can't attest this application: ${cause.getMessage}", cause)
      }
    }

  private def open(context: SparkContext): Unit = {
    listening = true
    worker.attach(context)
    val own = SparkBridge.droppedEvents(context, Agent.Queue)
    handover.countDroppedBy(SparkBridge.droppedEvents(context, SparkBridge.SharedQueue))
    tracker.countDroppedBy(() => handover.dropped + own())
    SparkBridge.listen(context, new SparkFirehoseListener {
      override def onEvent(event: SparkListenerEvent): Unit =
        Harmless("follow the application", ())(handover.fromOwn(event))
    }, Agent.Queue)
  }
}

private[makoto] object Agent {
  val Queue = "makoto"
  private val HandoverCapacity = 10000
  private val log = LoggerFactory.getLogger("dev.makoto")

  /**
   * Adds to `conf` what has to stand there before the first session, and makes the agent.
   *
   * @return null where it has nothing to attest into, or stands already
   * @throws Throwable whatever else keeps it from starting; what it has added by then is the caller's to take back
   */
  def prepare(conf: SparkConf, onPlugin: Boolean, administrators: AdministratorFiles): Agent =
    try {
      loadUnguarded()
      SparkSettings.addExtension(conf)
      val agent = if (isInstalled(conf)) null else configure(conf, administrators)
      if (agent != null && !onPlugin) agent.startIfStrict(conf.get("spark.app.id", ""))
      agent
    } catch {
      case refused: ConfigurationException if SparkSettings.isStrict(conf, administrators) =>
        throw new SparkException(s"Makoto can't attest this application: ${refused.getMessage}", refused)
      case refused: ConfigurationException =>
        log.error(s"Makoto attests nothing: ${refused.getMessage}")
        null
    }

  /** What Spark runs of ours where nothing guards it is loaded before Spark is told of it: what is missing is missed here. */
  private def loadUnguarded(): Unit =
    Seq(Harmless.getClass, SparkBridge.getClass, HashedCommit.getClass, classOf[MakotoExtensions], classOf[MakotoCommitProtocol])
      .foreach(known => Class.forName(known.getName, true, known.getClassLoader))

  /** The same configuration object serves one context; a copy of it may serve another, which began at another time. */
  private def isInstalled(conf: SparkConf): Boolean = {
    val context = conf.get("spark.app.startTime", "")
    val before = conf.getOption(AttestationListener.INSTALLED)
    conf.set(AttestationListener.INSTALLED, context)
    before.contains(context)
  }

  private def configure(conf: SparkConf, administrators: AdministratorFiles): Agent = {
    val configuration = SparkSettings.configuration(conf, administrators)
    if (configuration.sink == null) {
      log.warn("Makoto attests nothing: spark.makoto.dbom.sink says where to, and is not set")
      null
    } else {
      if (!SparkSettings.addCommitProtocol(conf, configuration.digestOutputs)) {
        log.warn("Makoto hashes outputs after their commit: its JAR is not on the driver's class path (--driver-class-path)")
      }
      new Agent(conf, configuration)
    }
  }

  private def runFacts(conf: SparkConf)(applicationId: String, attempt: Option[String]): RunFacts = {
    val facts = new RunFacts(applicationId, attempt.getOrElse("1"))
    facts.applicationName = conf.get("spark.app.name", "")
    val ours = new Properties
    val in = getClass.getResourceAsStream("/dev/makoto/makoto-spark.properties")
    if (in != null) {
      try ours.load(in)
      finally in.close()
    }
    facts.versions.put("spark", SPARK_VERSION)
    facts.versions.put("scala", ours.getProperty("scala", ""))
    facts.versions.put("java", System.getProperty("java.version"))
    facts.versions.put("makoto-spark", ours.getProperty("version", ""))
    facts
  }
}
