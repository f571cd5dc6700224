package dev.makoto

import java.nio.file.Files
import java.util.Properties

import org.junit.jupiter.api.Assertions.{assertEquals, assertFalse, assertTrue}
import org.junit.jupiter.api.{DisplayNameGeneration, Test}

import dev.makoto.evidence.facts.RunFacts

import org.apache.spark.SparkConf
import org.apache.spark.scheduler._
import org.apache.spark.sql.execution.{SQLExecution, SparkPlanInfo}
import org.apache.spark.sql.execution.ui.{SparkListenerSQLExecutionEnd, SparkListenerSQLExecutionStart}
import org.apache.spark.sql.makoto.OutputCommitted

/** What is stated follows from the events alone, whatever became of some of them. */
@DisplayNameGeneration(classOf[InWords])
class EventTrackerTest {
  /** An application of which only the events exist. */
  private final class Told(lake: Lake) {
    private val conf = lake.attested.foldLeft(new SparkConf(false)) { case (conf, (key, value)) => conf.set(key, value) }
    private val worker = new EvidenceWorker(new RunOpening(conf, SparkSettings.configuration(conf)), 60000L)
    var now = 0L
    var dropped = 0L
    val tracker = new EventTracker(worker, (id, attempt) => new RunFacts(id, attempt.getOrElse("1")), () => now, recentlyEnded = 10)
    tracker.countDroppedBy(() => dropped)
    tracker.receive(SparkListenerApplicationStart(lake.root.getFileName.toString, Some("app-1"), 0L, "nobody", None))

    def starts(id: Long, time: Long, root: Option[Long] = None): Unit =
      tracker.receive(SparkListenerSQLExecutionStart(id, Some(root.getOrElse(id)), "", "", "", new SparkPlanInfo("", "", Nil, Map.empty, Nil), time))

    /** A file of this name in a dataset of this name. */
    def commits(id: Long, dataset: String): Unit = {
      val file = Files.write(Files.createDirectories(lake.root.resolve(dataset)).resolve("part-0"), dataset.getBytes("US-ASCII"))
      val committed = CommittedFile(s"file:$file", Sha256sum.of(Map("it" -> file))("it"), Files.size(file))
      tracker.receive(new OutputCommitted(Some(id), CommittedOutput(s"file:${file.getParent}", "a-job", false, Seq(committed), None)))
    }

    def startsJob(id: Int, execution: Long, stages: StageInfo*): Unit = {
      val properties = new Properties
      Seq(SQLExecution.EXECUTION_ID_KEY, EventTracker.RootIdKey).foreach(properties.setProperty(_, execution.toString))
      tracker.receive(SparkListenerJobStart(id, now, stages, properties))
    }

    def endsJob(id: Int): Unit = tracker.receive(SparkListenerJobEnd(id, now, JobSucceeded))

    def runsJob(id: Int, execution: Long): Unit = {
      startsJob(id, execution)
      endsJob(id)
    }

    def ends(id: Long, time: Long, error: Option[String] = None): Unit = tracker.receive(SparkListenerSQLExecutionEnd(id, time, error))

    def over(): Statements = {
      tracker.receive(SparkListenerApplicationEnd(now))
      Statements.in(lake.sink)
    }
  }

  @Test
  def `an execution that may have lost events before its start was seen is not full`(): Unit = {
    val told = new Told(new Lake("dropped"))
    told.now = 100
    told.starts(1, 90)
    told.commits(1, "before")
    told.ends(1, 110)
    // The queue is full while this one runs: its start waited in it, later events of its own were thrown away.
    told.dropped = 5
    told.now = 400
    told.starts(2, 300)
    told.commits(2, "while")
    told.ends(2, 390)
    told.now = 600
    told.starts(3, 500)
    told.commits(3, "after")
    told.ends(3, 590)
    val statements = told.over()
    assertFalse(statements.of("before").head.reasons.contains("events-dropped"))
    assertTrue(statements.of("while").head.reasons.contains("events-dropped"))
    assertEquals(Seq("partial", "partial"), Seq("inputs", "outputs").map(side => statements.of("while").head.text(s"/completeness/$side")))
    assertFalse(statements.of("after").head.reasons.contains("events-dropped"))
  }

  @Test
  def `what a failed execution had committed is a gap`(): Unit = {
    val told = new Told(new Lake("failed-late"))
    told.starts(1, 90)
    told.commits(1, "one")
    told.commits(1, "two")
    told.ends(1, 110, error = Some("too late"))
    val statements = told.over()
    assertEquals(Nil, statements.of("one"))
    assertEquals(Map("output-digest-missing" -> 2), statements.gaps)
  }

  @Test
  def `a job or an execution that names one that has ended stands for itself`(): Unit = {
    val told = new Told(new Lake("phantom"))
    told.starts(1, 90)
    told.ends(1, 110)
    told.runsJob(7, execution = 1)
    told.starts(2, 120, root = Some(1L))
    told.commits(2, "late")
    told.ends(2, 130)
    val statements = told.over()
    assertEquals(1, statements.of("late").size)
    assertEquals("succeeded", statements.seal.get("outcome").asText)
    // The job counts beside the two executions.
    assertEquals(Seq(3, 0), Seq("succeeded", "failed").map(how => statements.seal.at(s"/executions/$how").asInt))
  }

  @Test
  def `a clock that is set back does not make an execution full`(): Unit = {
    val drops = new DropWatch(Iterator(100L, 40L, 40L).next _)
    var dropped = 0L
    drops.countBy(() => dropped)
    drops.look()
    dropped = 1
    drops.look()
    assertFalse(drops.noneSince(90))
  }

  private def runExecutions(told: Told, ids: Range): Unit = ids.foreach { id =>
    told.starts(id, id)
    told.ends(id, id)
  }

  @Test
  def `a thread that outlives its execution by weeks is stated by what it runs, and nothing of it is kept`(): Unit = {
    val told = new Told(new Lake("pool"))
    runExecutions(told, 1 to 100)
    told.starts(500, 500, root = Some(1L))
    told.runsJob(7, execution = 500)
    told.commits(500, "late")
    told.ends(500, 510)
    told.runsJob(8, execution = 1)
    assertEquals(0, told.tracker.held)
    val statements = told.over()
    assertEquals(1, statements.of("late").size)
    assertEquals(Seq(102, 0), Seq("succeeded", "failed").map(how => statements.seal.at(s"/executions/$how").asInt))
  }

  @Test
  def `an execution that takes long, or is heard of late, is not taken for one that has ended`(): Unit = {
    val told = new Told(new Lake("long"))
    told.starts(1, 1)
    runExecutions(told, 3 to 100)
    told.starts(500, 500, root = Some(1L))
    told.commits(500, "inner")
    told.ends(500, 510)
    told.startsJob(7, execution = 1)
    told.starts(2, 2)
    told.runsJob(8, execution = 2)
    told.commits(2, "heard-late")
    told.ends(2, 520)
    told.endsJob(7)
    told.commits(1, "outer")
    told.ends(1, 530)
    assertEquals(0, told.tracker.held)
    val statements = told.over()
    assertEquals(Seq(1, 1, 1), Seq("inner", "outer", "heard-late").map(statements.of(_).size))
    // The inner one is its root's; a job within an execution does not count by itself.
    assertEquals(100, statements.seal.at("/executions/succeeded").asInt)
  }

  @Test
  def `an execution whose end was dropped does not gather what comes after it`(): Unit = {
    val told = new Told(new Lake("endless"))
    told.starts(1, 90)
    told.dropped = 1
    (2 to 150).foreach { id =>
      told.now = 100 + id
      told.starts(id, told.now, root = Some(1L))
      told.ends(id, told.now)
    }
    told.starts(500, 400, root = Some(1L))
    told.commits(500, "after")
    told.ends(500, 410)
    assertEquals(1, told.over().of("after").size)
  }

  @Test
  def `a job that outlives its execution states the stages that it began then, and nothing of them is kept`(): Unit = {
    val told = new Told(new Lake("outliving"))
    val late = new StageInfo(5, 0, "late", 1, Nil, Nil, "", resourceProfileId = 0)
    told.starts(1, 90)
    told.startsJob(7, execution = 1, late)
    told.ends(1, 110, error = Some("cancelled"))
    told.tracker.receive(SparkListenerStageSubmitted(late))
    told.tracker.receive(SparkListenerStageCompleted(late))
    told.endsJob(7)
    assertEquals(0, told.tracker.held)
    assertEquals(Seq("5"), told.over().stages.map(_.name.split('/').last.takeWhile(_ != '.')))
  }
}
