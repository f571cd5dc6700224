package dev.makoto

import dev.makoto.evidence.digest.DirectoryRule
import dev.makoto.evidence.facts.DataFile

/**
 * How many files a command's tasks say that they wrote, and their bytes in all: enough to know the files by where no commit protocol of
 * ours told which they are. Spark's own protocols put the write job's id into each file's name, so those of one job are told from all others.
 */
private[makoto] final case class CountedFiles(files: Long, bytes: Long) {
  /**
   * The id of the job that wrote them; none where no job's files fit, or those of more than one.
   *
   * @param since when the execution began; a store's times may be whole seconds
   * @param until when it ended: what is younger is somebody else's, who wrote over it before we looked
   */
  def jobIdAmong(listed: Seq[DataFile], since: Long, until: Long): Option[String] = {
    val named = listed.filter(file => DirectoryRule.isData(file.path)).flatMap(file => CountedFiles.jobIdOf(file.path).map(_ -> file))
    val fitting = named.groupBy(_._1).collect { case (id, files) if fits(files.map(_._2), since, until) => id }
    if (fitting.size == 1) fitting.headOption else None
  }

  private def fits(written: Seq[DataFile], since: Long, until: Long): Boolean =
    written.size == files && written.map(_.size).sum == bytes && written.forall(file => isSince(file.mtime, since) && file.mtime <= until)

  private def isSince(mtime: Long, since: Long): Boolean = mtime >= (if (mtime % 1000 == 0) since / 1000 * 1000 else since)
}

private[makoto] object CountedFiles {
  private val JobId = "-[0-9]{5,}-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})".r

  private def jobIdOf(path: String): Option[String] = JobId.findFirstMatchIn(path.split('/').last).map(_.group(1))
}
