package dev.makoto

import org.apache.spark.internal.io.FileCommitProtocol.TaskCommitMessage

/** The digests of what one task attempt wrote, riding on the commit message of the configured protocol. */
private[makoto] final case class HashedCommit(files: Seq[CommittedFile], complete: Boolean)

/**
 * A result crosses the network in the serializer that the user chose. Kryo can be told to refuse each class that nobody registered, and
 * then a class of ours would fail the user's task: what is sent is made of classes that every Spark registers, and nothing else.
 */
private[makoto] object HashedCommit {
  private val Marker = "dev.makoto.hashed-commit"
  private val Parts = 3

  /** A message that holds the configured protocol's and the digests. */
  def send(original: Any, commit: HashedCommit): TaskCommitMessage = {
    val parts = commit.files.flatMap(file => Seq(file.uri, Option(file.sha256).getOrElse(""), file.size.toString))
    new TaskCommitMessage((Marker, original, commit.complete, parts.toArray))
  }

  /** The message as the configured protocol sent it. */
  def originalOf(message: TaskCommitMessage): TaskCommitMessage = message.obj match {
    case (Marker, original, _: Boolean, _: Array[String]) => new TaskCommitMessage(original)
    case _ => message
  }

  /** None where the message holds no digests. */
  def receive(message: TaskCommitMessage): Option[HashedCommit] = message.obj match {
    case (Marker, _, complete: Boolean, parts: Array[String]) =>
      val files = parts.grouped(Parts).map(part => CommittedFile(part(0), Option(part(1)).filter(_.nonEmpty).orNull, part(2).toLong))
      Some(HashedCommit(files.toSeq, complete))
    case _ => None
  }
}
