package dev.makoto

/**
 * Runs our part of something that is the job's. Whatever goes wrong in it, LinkageError included, is logged and replaced by the
 * fallback, so that a job with a broken agent gives the same result as one without.
 */
private[makoto] object Harmless {
  private val complaints = new Complaints(AgentLog)

  def apply[T](what: String, fallback: => T)(body: => T): T =
    try body
    catch {
      case cause: Throwable =>
        if (cause.isInstanceOf[InterruptedException]) Thread.currentThread().interrupt()
        complaints.add(what, cause)
        fallback
    }
}
