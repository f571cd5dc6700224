package dev.makoto

import java.util.Locale

import dev.makoto.evidence.facts.Reason

import org.apache.hadoop.fs.Path

import org.apache.spark.sql.SaveMode
import org.apache.spark.sql.catalyst.TableIdentifier
import org.apache.spark.sql.catalyst.catalog.{CatalogTable, ExternalCatalogUtils}
import org.apache.spark.sql.execution.{QueryExecution, SparkPlan}
import org.apache.spark.sql.execution.command._
import org.apache.spark.sql.execution.datasources._
import org.apache.spark.sql.execution.datasources.v2.{FileWrite, V2ExistingTableWriteExec, V2TableWriteExec}
import org.apache.spark.sql.execution.metric.SQLMetric
import org.apache.spark.sql.makoto.SparkBridge

/** What the commands that write say of their output. */
private[makoto] object WriteCommands {
  def planned(writing: DataWritingCommandExec, query: QueryExecution): Option[Either[Reason, PlannedWrite]] = {
    val records = writing.metrics.get("numOutputRows").map(_.value).getOrElse(-1L)
    val operation = writing.cmd.getClass.getSimpleName
    writing.cmd match {
      case insert: InsertIntoHadoopFsRelationCommand =>
        Some(Right(PlannedWrite(
          Some(insert.outputPath.toString),
          insert.catalogTable.flatMap(table => tableName(table.identifier)),
          operation,
          if (SparkBridge.overwritesDynamically(insert)) "dynamic-overwrite" else modeOf(insert.mode, insert.staticPartitions.nonEmpty),
          PlanReader.formatOf(insert.fileFormat),
          insert.partitionColumns.map(_.name),
          usesOurs(query),
          records,
          replacedPartition(insert),
          counted(writing.metrics))))
      case other =>
        // A Hive table, say: its files pass through directories that are its own business, so they are hashed after the commit.
        val table = other.productIterator.collectFirst { case table: CatalogTable => table }
        Some(table.filter(_.storage.locationUri.isDefined).map { known =>
          PlannedWrite(
            known.storage.locationUri.map(new Path(_).toString),
            tableName(known.identifier),
            operation,
            hiveMode(operation, other, known),
            known.provider.getOrElse(""),
            known.partitionColumnNames,
            ownProtocol = false,
            records)
        }.toRight(Reason.OUTPUT_DIGEST_MISSING))
    }
  }

  def planned(command: ExecutedCommandExec, query: QueryExecution): Option[Either[Reason, PlannedWrite]] = command.cmd match {
    case create: CreateDataSourceTableAsSelectCommand =>
      // Its insert runs as a nested execution, which knows the files; only this one knows the name.
      Some(Right(PlannedWrite(
        None,
        tableName(create.table.identifier),
        "CreateDataSourceTableAsSelectCommand",
        modeOf(create.mode, static = false),
        create.table.provider.getOrElse(""),
        create.table.partitionColumnNames,
        usesOurs(query),
        -1L)))
    case _: SaveIntoDataSourceCommand | _: InsertIntoDataSourceCommand => Some(Left(Reason.OUTPUT_DIGEST_MISSING))
    case _ => None
  }

  def planned(writing: V2TableWriteExec, query: QueryExecution): Either[Reason, PlannedWrite] = writing match {
    case existing: V2ExistingTableWriteExec =>
      existing.write match {
        case files: FileWrite if files.paths.size == 1 =>
          Right(PlannedWrite(
            files.paths.headOption,
            None,
            nameOf(writing),
            "append",
            files.formatName.toLowerCase(Locale.ROOT),
            Nil,
            usesOurs(query),
            -1L))
        case _ => Left(Reason.OUTPUT_DIGEST_MISSING)
      }
    case _ => Left(Reason.OUTPUT_DIGEST_MISSING)
  }

  private def counted(metrics: Map[String, SQLMetric]): Option[CountedFiles] =
    for (files <- metrics.get("numFiles"); bytes <- metrics.get("numOutputBytes"))
      yield CountedFiles(files.value, bytes.value)

  private def nameOf(plan: SparkPlan): String = plan.getClass.getSimpleName

  /** Hive's commands are not ours to name: one that says `overwrite = false` appends, and no other is taken to. */
  private[makoto] def hiveMode(operation: String, command: Product, table: CatalogTable): String = {
    val overwrites = command.productIterator.collectFirst { case flag: Boolean => flag }
    (operation, overwrites) match {
      case ("InsertIntoHiveTable", Some(false)) => "append"
      case ("InsertIntoHiveTable", Some(true)) if table.partitionColumnNames.isEmpty => "overwrite"
      case _ => "dynamic-overwrite"
    }
  }

  /** Spark empties the partitions that begin with the static ones, whatever it writes into them then. */
  private def replacedPartition(insert: InsertIntoHadoopFsRelationCommand): Option[String] = {
    val static = insert.partitionColumns.flatMap(column =>
      insert.staticPartitions.get(column.name).map(ExternalCatalogUtils.getPartitionPathString(column.name, _)))
    if (static.isEmpty || insert.mode != SaveMode.Overwrite || SparkBridge.overwritesDynamically(insert)) None else Some(static.mkString("/"))
  }

  /** Replacing one static partition leaves the others where they are, as replacing dynamic ones does. */
  private def modeOf(mode: SaveMode, static: Boolean): String = mode match {
    case SaveMode.Overwrite => if (static) "dynamic-overwrite" else "overwrite"
    case SaveMode.Append => "append"
    case SaveMode.ErrorIfExists | SaveMode.Ignore => "create"
  }

  /** A name without a schema would be another table in another session. */
  def tableName(table: TableIdentifier): Option[String] =
    table.database.map(schema => s"${table.catalog.getOrElse("spark_catalog")}.$schema.${table.table}")

  private def usesOurs(query: QueryExecution): Boolean =
    query.sparkSession.sessionState.conf.fileCommitProtocolClass == classOf[MakotoCommitProtocol].getName
}
