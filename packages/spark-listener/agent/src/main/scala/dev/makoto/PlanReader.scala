package dev.makoto

import scala.collection.mutable.ArrayBuffer

import dev.makoto.evidence.digest.Sha256
import dev.makoto.evidence.facts.{ReadFile, Reason, ScanFacts, UnresolvedInput}
import dev.makoto.evidence.statement.Names

import org.apache.hadoop.fs.Path

import org.apache.spark.sql.catalyst.TableIdentifier
import org.apache.spark.sql.execution._
import org.apache.spark.sql.execution.command.{DataWritingCommandExec, ExecutedCommandExec}
import org.apache.spark.sql.execution.datasources._
import org.apache.spark.sql.execution.datasources.v2.{BatchScanExec, FileScan, V2TableWriteExec}
import org.apache.spark.sql.sources.DataSourceRegister

/** Reads an executed plan: exactly the files that its scans were planned over, and what it has no digest for. */
private[makoto] object PlanReader {
  private val Generated = "generated"

  def read(query: QueryExecution): PlanFacts = {
    val reading = new Reading(query)
    Harmless[Unit]("read a plan", reading.reasons += Reason.PLAN_NOT_UNDERSTOOD)(reading.walk())
    PlanFacts(
      Harmless[Option[String]]("digest a plan", None)(Some(Sha256.hex(query.analyzed.toString))),
      reading.scans.toSeq,
      reading.unresolved.toSeq,
      reading.writes.toSeq,
      reading.reasons.toSet,
      reading.unnamedOutputs.toSeq)
  }

  private final class Reading(query: QueryExecution) {
    val scans = ArrayBuffer.empty[ScanFacts]
    val unresolved = ArrayBuffer.empty[UnresolvedInput]
    val writes = ArrayBuffer.empty[PlannedWrite]
    val reasons = ArrayBuffer.empty[Reason]
    val unnamedOutputs = ArrayBuffer.empty[Reason]
    private val ownRows = new OwnRows(query)

    def walk(): Unit = {
      PlanWalk.nodes(query.executedPlan).foreach { node =>
        Harmless[Unit]("read a node of a plan", reasons += Reason.PLAN_NOT_UNDERSTOOD)(readNode(node))
      }
      nameTables()
    }

    /** A table's log may answer a query that then scans nothing, so that only the analysed plan shows the table. */
    private def nameTables(): Unit = query.analyzed.collectWithSubqueries { case relation: LogicalRelation => relation }.foreach { relation =>
      relation.relation match {
        case files: HadoopFsRelation if !PlainFiles.areListedBy(files.location) =>
          readTable(files.location.rootPaths, tableOr(relation.catalogTable.map(_.identifier), files.fileFormat))
        case _ =>
      }
    }

    private def readNode(node: PlanWalk.Node): Unit = node.plan match {
      case scan: FileSourceScanExec if !PlainFiles.areListedBy(scan.relation.location) =>
        readTable(scan.relation.location.rootPaths, tableOr(scan.tableIdentifier, scan.relation.fileFormat))
      case scan: FileSourceScanExec => readFiles(scan, node.cached)
      case scan: BatchScanExec => readBatch(scan, node.cached)
      case scan: RowDataSourceScanExec => lacksDigest(rowSourceName(scan), scan)
      case writing: DataWritingCommandExec => WriteCommands.planned(writing, query).foreach(note)
      case command: ExecutedCommandExec => WriteCommands.planned(command, query).foreach(note)
      case writing: V2TableWriteExec => note(WriteCommands.planned(writing, query))
      case leaf if node.leaf => readLeaf(leaf)
      case _ =>
    }

    private def note(write: Either[Reason, PlannedWrite]): Unit = write match {
      case Right(planned) => writes += planned
      case Left(reason) => unnamedOutputs += reason
    }

    /** The files of a table are known to its own log: not all that lies there belongs to it. */
    private def readTable(roots: Seq[Path], otherwise: => String): Unit = {
      val names = if (roots.isEmpty) Seq(otherwise) else roots.map(root => Names.datasetName(root.toString))
      names.foreach(name => unresolved += new UnresolvedInput(name, Reason.INPUT_WITHOUT_DIGEST.word))
    }

    private def readFiles(scan: FileSourceScanExec, cached: Boolean): Unit = {
      val roots = rootsOf(scan)
      val facts = scanOf(DatasetRoots.of(roots, scan.relation.partitionSchema.fieldNames.toSeq), formatOf(scan.relation.fileFormat))
      // A scan that selected no file has nothing to say, and one that was never executed must not be executed here.
      if (scan.metrics.get("numFiles").exists(_.value > 0)) scan.inputRDDs().foreach {
        case rdd: FileScanRDD =>
          facts.rddIds.add(rdd.id)
          addFiles(facts, rdd.filePartitions.flatMap(_.files))
        case other =>
          facts.rddIds.add(other.id)
          reasons += Reason.PLAN_NOT_UNDERSTOOD
      }
      if (!cached) facts.records = scan.metrics.get("numOutputRows").map(_.value).getOrElse(-1L)
      keep(facts, tableOr(scan.tableIdentifier, scan.relation.fileFormat))
    }

    /** A scan without roots and files can't be named by them, and was one all the same. */
    private def keep(facts: ScanFacts, name: => String): Unit =
      if (facts.rootUris.isEmpty && facts.files.isEmpty) readTable(Nil, name) else scans += facts

    private def readBatch(scan: BatchScanExec, cached: Boolean): Unit = scan.scan match {
      case files: FileScan if !PlainFiles.areListedBy(files.fileIndex) => readTable(files.fileIndex.rootPaths, formatOf(files))
      case files: FileScan =>
        val roots = DatasetRoots.of(files.fileIndex.rootPaths, files.readPartitionSchema.fieldNames.toSeq)
        val facts = scanOf(roots, formatOf(files))
        addFiles(facts, scan.inputPartitions.collect { case partition: FilePartition => partition.files.toSeq }.flatten)
        scan.inputRDDs().foreach(rdd => facts.rddIds.add(rdd.id))
        if (!cached) facts.records = scan.metrics.get("numOutputRows").map(_.value).getOrElse(-1L)
        keep(facts, formatOf(files))
      case other => lacksDigest(other.getClass.getSimpleName, scan)
    }

    private def readLeaf(leaf: SparkPlan): Unit = leaf match {
      case _: RangeExec => generated(leaf)
      case rows: LocalTableScanExec => if (ownRows.made(rows)) generated(rows) else lacksDigest(rows.nodeName, rows)
      case one if PlanShims.isGenerated(one) => generated(one)
      case rdd: RDDScanExec => lacksDigest("rdd", rdd)
      case rdd: ExternalRDDScanExec[_] => lacksDigest("rdd", rdd)
      case result: CommandResultExec => lacksDigest("command-result", result)
      case nothing if PlanShims.isEmpty(nothing) =>
      case other =>
        reasons += Reason.PLAN_NOT_UNDERSTOOD
        lacksDigest(other.getClass.getSimpleName.stripSuffix("Exec"), other)
    }

    private def generated(leaf: SparkPlan): Unit = unresolved += withRdd(new UnresolvedInput(leaf.nodeName, Generated), leaf)

    private def lacksDigest(name: String, leaf: SparkPlan): Unit =
      unresolved += withRdd(new UnresolvedInput(name, Reason.INPUT_WITHOUT_DIGEST.word), leaf)

    private def withRdd(input: UnresolvedInput, leaf: SparkPlan): UnresolvedInput = {
      leaf match {
        case scan: RowDataSourceScanExec => input.rddIds.add(scan.rdd.id)
        case scan: RDDScanExec => input.rddIds.add(scan.rdd.id)
        case scan: ExternalRDDScanExec[_] => input.rddIds.add(scan.rdd.id)
        case _ =>
      }
      input
    }

    private def addFiles(facts: ScanFacts, parts: Seq[PartitionedFile]): Unit = {
      val seen = new java.util.HashSet[String]
      parts.foreach { part =>
        val uri = part.toPath.toString
        // A large file is read in several parts, and a file that is scanned twice is one input.
        if (seen.add(uri)) facts.files.add(new ReadFile(uri, part.fileSize, part.modificationTime))
      }
    }
  }

  /** The partitions that a query of a catalog's table left over; where it left none, the table itself. */
  private def rootsOf(scan: FileSourceScanExec): Seq[Path] = {
    val roots = scan.relation.location.rootPaths
    if (roots.nonEmpty) roots
    else scan.logicalLink.toSeq
      .flatMap(_.collect { case relation: LogicalRelation => relation.catalogTable })
      .flatten
      .filter(table => scan.tableIdentifier.contains(table.identifier))
      .flatMap(_.storage.locationUri.map(new Path(_)))
      .distinct
  }

  private def tableOr(table: Option[TableIdentifier], format: => FileFormat): String =
    table.flatMap(WriteCommands.tableName).map(Names.tableName).getOrElse(formatOf(format))

  private def formatOf(scan: FileScan): String = scan.getClass.getSimpleName.stripSuffix("Scan").toLowerCase(java.util.Locale.ROOT)

  private def scanOf(roots: Seq[Path], format: String): ScanFacts = {
    val facts = new ScanFacts
    roots.foreach(root => facts.rootUris.add(root.toString))
    facts.format = format
    facts
  }

  /** Names the kind of source only: options and queries may hold what nobody should publish. */
  private def rowSourceName(scan: RowDataSourceScanExec): String =
    scan.relation.getClass.getSimpleName.stripSuffix("Relation").toLowerCase(java.util.Locale.ROOT)

  def formatOf(format: FileFormat): String = format match {
    case named: DataSourceRegister => named.shortName()
    case other => other.getClass.getSimpleName
  }
}
