package dev.makoto

import java.util.concurrent.{CompletableFuture, CountDownLatch, LinkedBlockingQueue, TimeUnit}
import java.util.concurrent.atomic.AtomicLong

import scala.collection.JavaConverters._
import scala.concurrent.duration._

import dev.makoto.evidence.facts.{DataFiles, ExecutionFacts, JobFacts, Reason, RunFacts}
import dev.makoto.evidence.run.Run

import org.apache.spark.SparkContext

/**
 * The one thread that digests, signs and stores. Whoever hands it facts never waits for it; what does not fit in its queue is counted
 * and stated.
 */
private[makoto] final class EvidenceWorker(
    opening: RunOpening,
    timeoutMillis: Long,
    mostFiles: Long = EvidenceWorker.MostFiles,
    headStart: FiniteDuration = EvidenceWorker.HeadStart) {
  private val tasks = new LinkedBlockingQueue[EvidenceWorker.Task](EvidenceWorker.Capacity)
  private val filesWaiting = new AtomicLong
  /** Files that are named in what waits, and in what the worker has in hand. */
  private val filesHeld = new AtomicLong
  private val overflow = new AtomicLong
  private val ended = new CountDownLatch(1)
  private var started = false
  @volatile private var sealing = false
  @volatile private var over = false
  /** When what earlier runs left is no longer put, in milliseconds since the epoch. */
  @volatile private var recoveryEnds = Long.MaxValue

  /** Lets digests be made by the context's executors. */
  def attach(context: SparkContext): Unit = opening.attach(context)

  /**
   * Opens the run, as the thread's first task: it may ask a key service or an authority. With `on-failure=fail` the caller waits for it,
   * and the answer is what went wrong.
   */
  def start(facts: RunFacts): Option[Throwable] = synchronized {
    if (started) None
    else {
      started = true
      val opened = new CompletableFuture[Option[Throwable]]
      begin {
        val run = opening.open(facts)
        opened.complete(run.left.toOption)
        run.toOption
      }
      if (opening.isStrict) opened.get() else None
    }
  }

  /** @param complete looks up, on the worker's thread, what the events could not tell */
  def execution(facts: ExecutionFacts, complete: DataFiles => Unit): Unit = {
    // What it wrote may lie over what those before it have read.
    opening.waiting.add(facts)
    val taken = offer(EvidenceWorker.filesOf(facts)) { run =>
      Harmless[Unit]("list what was committed", facts.reasons.add(Reason.OUTPUT_UNREADABLE))(complete(opening.files))
      run.execution(facts)
    }
    if (!taken || over) opening.waiting.remove(facts)
  }

  def job(facts: JobFacts): Unit = offer(files = 0)(_.job(facts))

  def gap(reason: String, count: Long): Unit = offer(files = 0)(_.gap(reason, count))

  /** States the end of the run and waits for it, no longer than the configured time. */
  def finish(outcome: String, dropped: Long): Unit = {
    val deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis)
    // What is still being hashed or waited for gets half of the time; signing and storing what is known needs the other.
    val half = System.currentTimeMillis() + timeoutMillis / 2
    opening.endWaitingBy(half)
    recoveryEnds = half
    val seal: Run => Unit = { run =>
      val lost = dropped + overflow.get
      if (lost > 0) run.droppedEvents(lost)
      run.seal(outcome)
      sealing = true
    }
    val taken = tasks.offer(EvidenceWorker.Task(seal, 0), timeoutMillis, TimeUnit.MILLISECONDS)
    val done = taken && ended.await(math.max(1L, deadline - System.nanoTime()), TimeUnit.NANOSECONDS)
    if (!done && !sealing) opening.log.warn(s"Makoto was not ready after $timeoutMillis ms: this run has no seal", null)
  }

  /** @return whether it was taken */
  private def offer(files: Long)(run: Run => Unit): Boolean = !over && {
    val waiting = filesWaiting.getAndAdd(files)
    val held = filesHeld.getAndAdd(files)
    // One that is too large beside what is in hand may wait alone: no execution is out of reach for its size.
    val fits = files == 0 || waiting == 0 || held + files <= mostFiles
    val taken = fits && tasks.offer(EvidenceWorker.Task(run, files))
    if (!taken) {
      filesWaiting.addAndGet(-files)
      filesHeld.addAndGet(-files)
      overflow.incrementAndGet()
    }
    taken
  }

  private def begin(run: => Option[Run]): Unit = {
    val thread = new Thread(() => work(run), "makoto-worker")
    thread.setDaemon(true)
    thread.start()
  }

  private def work(open: => Option[Run]): Unit =
    try {
      val run = Harmless[Option[Run]]("open the run", None)(open)
      val ahead = headStart.fromNow
      while (!sealing) {
        run.foreach(recover(_, tasks.isEmpty || ahead.hasTimeLeft() && !isRecoveryOver))
        val task = tasks.take()
        filesWaiting.addAndGet(-task.files)
        run match {
          case Some(ready) => Harmless("state what happened", ready.gap("internal-error", 1))(task.run(ready))
          case None => sealing = true
        }
        filesHeld.addAndGet(-task.files)
      }
      run.foreach { ready =>
        recover(ready, !isRecoveryOver)
        ready.close()
      }
    } finally {
      over = true
      tasks.clear()
      opening.waiting.clear()
      ended.countDown()
    }

  private def isRecoveryOver: Boolean = System.currentTimeMillis() >= recoveryEnds

  /**
   * What earlier runs left is put, object by object, while nothing of this one waits, and for a moment before its first work: what a job
   * reads is often what the one before it wrote, and where that lies in the spool nobody knows who made it.
   */
  private def recover(run: Run, goesOn: => Boolean): Unit = Harmless("put what earlier runs left", ())(run.recover(() => goesOn))
}

private[makoto] object EvidenceWorker {
  private val Capacity = 10000
  /** A file's name, size and time take some 250 bytes of the driver's memory: 100 MB. */
  private val MostFiles = 400000L
  private val HeadStart = 10.seconds

  private final case class Task(run: Run => Unit, files: Long)

  private def filesOf(facts: ExecutionFacts): Long =
    facts.scans.asScala.map(_.files.size.toLong).sum + facts.writes.asScala.map(_.files.size.toLong).sum
}
