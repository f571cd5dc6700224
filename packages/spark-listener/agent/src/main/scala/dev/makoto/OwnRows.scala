package dev.makoto

import java.util.Locale

import org.apache.spark.sql.catalyst.plans.logical.LocalRelation
import org.apache.spark.sql.execution.{LocalTableScanExec, QueryExecution}

/**
 * Which local rows a plan made itself: those of its SQL text's `VALUES`, and none at all where the optimiser found that there are none.
 *
 * Rows that a program handed over (`createDataFrame`, `toDF`, what it collected before) are in the same plan node; only the position in
 * the text that the parser leaves in the analysed plan tells them apart. One such relation in a plan makes all of its local rows doubtful,
 * for the optimiser computes new ones from them.
 */
private[makoto] final class OwnRows(query: QueryExecution) {
  /** Off by default: takes the values of partition columns from a listing. */
  private val MetadataOnly = "spark.sql.optimizer.metadataOnly"

  private lazy val onlyLiterals: Boolean =
    !query.sparkSession.sessionState.conf.getConfString(MetadataOnly, "false").toBoolean &&
      query.analyzed.collectWithSubqueries { case relation: LocalRelation => relation }.forall(isLiteral)

  /** A source that answers itself (a pushed-down aggregate, say) plans as local rows too, but not for a local relation. */
  def made(rows: LocalTableScanExec): Boolean = rows.logicalLink.exists(_.isInstanceOf[LocalRelation]) && onlyLiterals

  private def isLiteral(relation: LocalRelation): Boolean = {
    val origin = relation.origin
    val text = for (sql <- origin.sqlText; from <- origin.startIndex; to <- origin.stopIndex if from <= to && to < sql.length)
      yield sql.substring(from, to + 1).trim.toUpperCase(Locale.ROOT)
    // What is new to a stream is none of its rows where a source had nothing new.
    text.exists(_.startsWith("VALUES")) || relation.isStreaming && relation.data.isEmpty
  }
}
