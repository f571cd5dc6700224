package dev.makoto

import org.slf4j.LoggerFactory

/**
 * Runs our part of something that is the job's. Whatever goes wrong in it, LinkageError included, is logged and replaced by the
 * fallback, so that a job with a broken agent gives the same result as one without.
 */
private[makoto] object Harmless {
  private val log = LoggerFactory.getLogger("dev.makoto")

  def apply[T](what: String, fallback: => T)(body: => T): T =
    try body
    catch {
      case interrupted: InterruptedException =>
        Thread.currentThread().interrupt()
        log.warn(s"Makoto could not $what: interrupted")
        fallback
      case cause: Throwable =>
        log.warn(s"Makoto could not $what; the job goes on", cause)
        fallback
    }
}
