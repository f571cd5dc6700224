package dev.makoto

import dev.makoto.evidence.facts.DigestSource

/**
 * One file of a committed task attempt.
 *
 * @param uri final path in full, not percent-encoded
 * @param sha256 lower-case hex; null where the bytes did not pass through us
 * @param size -1 where unknown
 */
final case class CommittedFile(uri: String, sha256: String, size: Long)

/** Why a commit has no complete list of hashed files. */
sealed trait Shortfall
object Shortfall {
  /** Executors can't know our classes, so the configured protocol went there alone. */
  case object AgentMissingOnExecutors extends Shortfall
  /** The configured protocol is one whose final names we don't know. */
  case object UnknownProtocol extends Shortfall
  /** A task's message or a digest is missing. */
  case object DigestMissing extends Shortfall
}

/**
 * What one write job committed.
 *
 * @param root the dataset's location, qualified
 * @param jobId stands in the name of each file that Spark's own protocols write
 * @param dynamicOverwrite whether only the partitions that were written were replaced
 * @param shortfall none where `files` is exactly what was written, each with its digest
 */
final case class CommittedOutput(
    root: String,
    jobId: String,
    dynamicOverwrite: Boolean,
    files: Seq[CommittedFile],
    shortfall: Option[Shortfall])
