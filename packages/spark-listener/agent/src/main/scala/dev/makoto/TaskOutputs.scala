package dev.makoto

import scala.collection.mutable.ArrayBuffer

import dev.makoto.hadoop.HashingFileSystem

import org.apache.hadoop.conf.Configuration
import org.apache.hadoop.fs.Path

/**
 * The files that one task attempt was given to write.
 *
 * @param root the write job's output path
 * @param hashes whether they are hashed as they are written, or only noted
 */
private[makoto] final class TaskOutputs(root: String, hashes: Boolean) {
  private final case class Watched(staged: String, real: Path, finalPath: Option[String])
  private val watched = ArrayBuffer.empty[Watched]

  /** Where a protocol that keeps file names puts the file that it stages as `staged`. */
  def finalPath(staged: String, dir: Option[String]): Option[String] = {
    val parent = dir.map(new Path(new Path(root), _)).getOrElse(new Path(root))
    Some(new Path(parent, new Path(staged).getName).toString)
  }

  /** The path to write to instead of `staged`. */
  def watch(conf: Configuration, staged: String, finalPath: Option[String]): String = {
    val path = new Path(staged)
    val real = path.getFileSystem(conf).makeQualified(path)
    watched += Watched(staged, real, finalPath)
    if (hashes && HashingFileSystem.serves(real, conf)) hashing(real, conf).toString else staged
  }

  /**
   * Spark asks for the written file's length with another configuration than the task's, which doesn't know our scheme: it finds the
   * file system in Hadoop's cache. Where it would not, this throws, and the file is written without us.
   */
  private def hashing(real: Path, conf: Configuration): Path = {
    val wrapped = HashingFileSystem.wrap(real, conf)
    HashingFileSystem.open(wrapped, conf)
    wrapped.getFileSystem(TaskOutputs.Unknowing)
    wrapped
  }

  /** What was written, before the attempt is committed and its files move. */
  def take(conf: Configuration): TakenOutputs = {
    val files = watched.map { file =>
      val digest = if (hashes) Option(HashingFileSystem.take(file.real)) else None
      (file, digest)
    }.filter { case (file, digest) => digest.isDefined || exists(file.real, conf) }
    new TakenOutputs(files.map { case (file, digest) =>
      TakenFile(file.staged, file.finalPath, digest.map(_.sha256).orNull, digest.map(_.size).getOrElse(-1L))
    }.toSeq, complete = files.forall(_._2.isDefined) || !hashes)
  }

  def forget(): Unit = if (hashes) watched.foreach(file => HashingFileSystem.forget(file.real))

  /** A writer with no rows may never have made its file. */
  private def exists(path: Path, conf: Configuration): Boolean = path.getFileSystem(conf).exists(path)
}

private[makoto] object TaskOutputs {
  /** A configuration that knows no scheme of ours. */
  private val Unknowing = new Configuration(false)
}

private[makoto] final case class TakenFile(staged: String, finalPath: Option[String], sha256: String, size: Long)

private[makoto] final class TakenOutputs(files: Seq[TakenFile], complete: Boolean) {
  /** @param message the configured protocol's; Spark's own names there where files with an absolute path go */
  def under(message: Any): HashedCommit = {
    val moved: Map[String, String] = message match {
      case (paths: Map[_, _], _) => paths.asInstanceOf[Map[String, String]]
      case _ => Map.empty
    }
    val placed = files.flatMap { file =>
      moved.get(file.staged).orElse(file.finalPath).map(uri => CommittedFile(uri, file.sha256, file.size))
    }
    HashedCommit(placed, complete && placed.size == files.size)
  }
}
