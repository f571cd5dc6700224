package dev.makoto

import scala.collection.JavaConverters._

import dev.makoto.evidence.facts.{DataFile, DataFiles, DigestSource, Reason, WriteFacts, WrittenFile}

/**
 * Joins what the commands meant to write with what was committed: one write for each commit, and one for each file command without
 * any, where our protocol could not have told or where rows were written all the same.
 */
private[makoto] object WriteReader {
  /** The id of the write job, by which its files are found; none where they can't be told from others'. */
  private type JobIdAmong = Seq[DataFile] => Option[String]

  /** @param jobIdAmong where it is given, what was written is found by a listing on the worker's thread */
  final class Write(val facts: WriteFacts, jobIdAmong: Option[JobIdAmong]) {
    /** Spark's own protocols put the write job's id into each file's name: exactly those files are this job's. */
    def listCommitted(files: DataFiles): Unit = jobIdAmong.foreach { find =>
      val listed = files.list(facts.rootUri).asScala.filter(!_.directory).toSeq
      find(listed).foreach(id => take(listed.filter(_.path.split('/').last.contains(id))))
    }

    private def take(written: Seq[DataFile]): Unit = {
      val hashed = facts.files.asScala.filter(_.sha256 != null).map(file => file.uri -> file).toMap
      facts.files.clear()
      written.foreach { file =>
        val known = hashed.get(file.uri).filter(_.size == file.size)
        facts.files.add(known.getOrElse(new WrittenFile(file.uri, null, file.size, DigestSource.AFTER_COMMIT)))
      }
      facts.filesComplete = true
    }
  }

  /**
   * @param startedOn when the execution began
   * @param finishedOn when it ended
   */
  def read(plans: Seq[PlanFacts], allCommits: Seq[CommittedOutput], startedOn: Long, finishedOn: Long, lossless: Boolean): Seq[Write] = {
    val planned = plans.flatMap(_.writes)
    val naming = planned.filter(_.root.isEmpty)
    val placed = planned.filter(_.root.isDefined)
    // Hive's commands let our protocol commit to a directory of their own and move the files on from there.
    val movesOn = plans.exists(_.unnamedOutputs.nonEmpty) || placed.exists { write =>
      !write.ownProtocol && !allCommits.exists(commit => samePlace(write.root.get, commit.root))
    }
    val commits = if (movesOn) allCommits.filterNot(commit => isStaging(commit.root)) else allCommits
    val told = commits.map { commit =>
      val command = placed.find(write => samePlace(write.root.get, commit.root))
      committed(commit, command, if (commits.size == 1) naming.headOption else None)
    }
    val untold = placed.filterNot(write => commits.exists(commit => samePlace(write.root.get, commit.root)))
      .filterNot(write => write.ownProtocol && lossless && write.records <= 0)
      .filterNot(write => lossless && foundThere(write))
    told ++ untold.map { write =>
      val named = if (commits.isEmpty && untold.size == 1) naming.headOption else None
      untoldWrite(write, named, _.jobIdAmong(_, startedOn, finishedOn))
    }
  }

  private def committed(commit: CommittedOutput, command: Option[PlannedWrite], naming: Option[PlannedWrite]): Write = {
    val facts = new WriteFacts
    facts.rootUri = commit.root
    facts.tableName = command.flatMap(_.tableName).orElse(naming.flatMap(_.tableName)).orNull
    facts.operation = naming.orElse(command).map(_.operation).getOrElse("")
    facts.format = command.orElse(naming).map(_.format).getOrElse("")
    facts.records = command.map(_.records).getOrElse(-1L)
    command.orElse(naming).foreach(_.partitionColumns.foreach(column => facts.partitionColumns.add(column)))
    // Without a command we can't know that the rest of the directory was replaced.
    facts.mode =
      if (commit.dynamicOverwrite) "dynamic-overwrite"
      else command.map(_.mode).map(mode => if (mode == "overwrite") naming.map(_.mode).getOrElse(mode) else mode).getOrElse("append")
    if (!commit.dynamicOverwrite) facts.replacedPartition = command.flatMap(_.replacedPartition).orNull
    commit.files.foreach { file =>
      val source = if (file.sha256 == null) DigestSource.AFTER_COMMIT else DigestSource.IN_STREAM
      facts.files.add(new WrittenFile(file.uri, file.sha256, file.size, source))
    }
    commit.shortfall match {
      case None => new Write(facts, None)
      case Some(Shortfall.AgentMissingOnExecutors) =>
        facts.reasons.add(Reason.AGENT_MISSING_ON_EXECUTORS)
        incomplete(facts, Some((_: Seq[DataFile]) => Some(commit.jobId)))
      case Some(Shortfall.DigestMissing) => incomplete(facts, Some((_: Seq[DataFile]) => Some(commit.jobId)))
      case Some(Shortfall.UnknownProtocol) =>
        facts.files.clear()
        incomplete(facts, None)
    }
  }

  /** A command that writes where nothing is wrote nothing: what lies there is another's. */
  private def foundThere(write: PlannedWrite): Boolean = write.mode == "create" && write.counted.exists(_.files == 0)

  private def untoldWrite(write: PlannedWrite, naming: Option[PlannedWrite], find: (CountedFiles, Seq[DataFile]) => Option[String]): Write = {
    val facts = new WriteFacts
    facts.rootUri = write.root.get
    facts.tableName = write.tableName.orElse(naming.flatMap(_.tableName)).orNull
    facts.operation = naming.getOrElse(write).operation
    facts.mode = if (write.mode == "overwrite") naming.getOrElse(write).mode else write.mode
    facts.replacedPartition = write.replacedPartition.orNull
    facts.format = write.format
    facts.records = write.records
    write.partitionColumns.foreach(column => facts.partitionColumns.add(column))
    incomplete(facts, write.counted.map(counted => find(counted, _)))
  }

  private def incomplete(facts: WriteFacts, jobIdAmong: Option[JobIdAmong]): Write = {
    facts.filesComplete = false
    new Write(facts, jobIdAmong)
  }

  private def isStaging(root: String): Boolean =
    new org.apache.hadoop.fs.Path(root).toUri.getPath.split('/').exists(part => part.startsWith(".") || part.startsWith("-ext-"))

  private def samePlace(left: String, right: String): Boolean = left == right || {
    val one = new org.apache.hadoop.fs.Path(left).toUri
    val other = new org.apache.hadoop.fs.Path(right).toUri
    one.getPath == other.getPath && (one.getScheme == null || other.getScheme == null || one.getScheme == other.getScheme)
  }
}
