package dev.makoto

import org.slf4j.LoggerFactory

import dev.makoto.evidence.Log

/** Our words in the log that Spark has. */
private[makoto] object AgentLog extends Log {
  private val log = LoggerFactory.getLogger("dev.makoto")
  override def debug(message: String): Unit = log.debug(message)
  override def info(message: String): Unit = log.info(message)
  override def warn(message: String, cause: Throwable): Unit = if (cause == null) log.warn(message) else log.warn(message, cause)
}
