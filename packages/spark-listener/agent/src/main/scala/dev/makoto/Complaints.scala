package dev.makoto

import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicLong

import dev.makoto.evidence.Log

/**
 * What could not be done. What fails once for a reason that lasts fails for each file, task and event: the first of a kind is told with
 * its trace, of those after it every tenth, hundredth, thousandth is counted in one line.
 *
 * @param mostKinds how many kinds are told apart; those beyond count as one
 */
private[makoto] final class Complaints(log: Log, mostKinds: Int = 1000) {
  private val counts = new ConcurrentHashMap[String, AtomicLong]
  private val others = new AtomicLong

  def add(what: String, cause: Throwable): Unit = {
    val count = countOf(s"$what: ${cause.getClass.getName}").incrementAndGet()
    if (count == 1) log.warn(s"Makoto could not $what; the job goes on", cause)
    else if (isPowerOfTen(count)) log.warn(s"Makoto could not $what, for the $count. time; the newest cause: $cause", null)
  }

  private def countOf(kind: String): AtomicLong = {
    val known = counts.get(kind)
    if (known != null) known
    else if (counts.size >= mostKinds) others
    else counts.computeIfAbsent(kind, (_: String) => new AtomicLong)
  }

  private def isPowerOfTen(count: Long): Boolean = Iterator.iterate(10L)(_ * 10).takeWhile(power => power > 0 && power <= count).contains(count)
}
