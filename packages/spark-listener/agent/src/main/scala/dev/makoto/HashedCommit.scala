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
  /** What the digest of one file takes, and what a message takes beside its files. */
  private val DigestBytes = 32L
  private val MessageBytes = 256L

  /**
   * A message that holds the configured protocol's and the digests; without them, where they take more than `room` bytes: the files are
   * then hashed after the commit.
   */
  def send(original: Any, commit: HashedCommit, room: => Long = ResultShare.ofTask): TaskCommitMessage = {
    val forFiles = room - MessageBytes
    val packed = if (commit.files.size * DigestBytes > forFiles) None else Some(PackedFiles.pack(commit.files)).filter(_.length <= forFiles)
    new TaskCommitMessage(packed.map(bytes => (Marker, original, commit.complete, bytes)).getOrElse(original))
  }

  /** The message as the configured protocol sent it, whatever an executor with another version of this JAR put beside it. */
  def originalOf(message: TaskCommitMessage): TaskCommitMessage = message.obj match {
    case (Marker, original, _, _) => new TaskCommitMessage(original)
    case _ => message
  }

  /** None where the message holds no digests. */
  def receive(message: TaskCommitMessage): Option[HashedCommit] = message.obj match {
    case (Marker, _, complete: Boolean, packed: Array[Byte]) => Some(HashedCommit(PackedFiles.unpack(packed), complete))
    case _ => None
  }
}
