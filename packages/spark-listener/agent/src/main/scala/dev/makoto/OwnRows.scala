package dev.makoto

import java.util.Locale

import org.apache.spark.sql.catalyst.InternalRow
import org.apache.spark.sql.catalyst.plans.logical.{CTERelationRef, LocalRelation, LogicalPlan, OneRowRelation, Range}
import org.apache.spark.sql.execution.{LocalTableScanExec, QueryExecution}

/**
 * Which local rows a plan made itself: those that come of its SQL text's `VALUES`, and none at all where Spark found that there are none.
 *
 * A plan node does not tell them from others. Rows that a program handed over (`createDataFrame`, `toDF`, what it collected before) have
 * no position in the text, and one such relation makes all local rows of a plan doubtful, for the optimiser computes new ones from them.
 * A rule of a table format puts local rows in the place of a table (the `COUNT` that its log gives), and so does Spark's own for
 * partition columns: rows are made by the plan only where it reads nothing else, or where they stand in its text as they are.
 */
private[makoto] final class OwnRows(query: QueryExecution) {
  private lazy val leaves: Seq[LogicalPlan] = query.analyzed.collectWithSubqueries { case leaf if leaf.children.isEmpty => leaf }

  private lazy val literals: Seq[LocalRelation] = leaves.collect { case relation: LocalRelation if isLiteral(relation) => relation }

  private lazy val nothingHandedOver: Boolean = leaves.forall {
    case relation: LocalRelation => isLiteral(relation)
    case other => other.nodeName != OwnRows.Transpose
  }

  private lazy val readsNothing: Boolean = leaves.forall {
    case _: LocalRelation | _: OneRowRelation | _: Range | _: CTERelationRef => true
    case other => other.nodeName == OwnRows.LateLiterals
  }

  /** Which rows there are may have been asked of a table by a rule that is not Spark's, or by the one of Spark's that asks. */
  private lazy val foundEmptyBySpark: Boolean = !query.tracker.rules.exists { case (rule, summary) =>
    summary.numEffectiveInvocations > 0 && (rule == OwnRows.MetadataOnly || !rule.startsWith(OwnRows.Spark))
  }

  /** A source that answers itself (a pushed-down aggregate, say) plans as local rows too, but not for a local relation. */
  def made(rows: LocalTableScanExec): Boolean =
    rows.logicalLink.exists(_.isInstanceOf[LocalRelation]) && nothingHandedOver &&
      (readsNothing || (if (rows.rows.isEmpty) foundEmptyBySpark else literals.exists(holds(_, rows))))

  private def isLiteral(relation: LocalRelation): Boolean = {
    val origin = relation.origin
    val text = for (sql <- origin.sqlText; from <- origin.startIndex; to <- origin.stopIndex if from <= to && to < sql.length)
      yield sql.substring(from, to + 1).trim.toUpperCase(Locale.ROOT)
    // What is new to a stream is none of its rows where a source had nothing new.
    text.exists(_.startsWith("VALUES")) || relation.isStreaming && relation.data.isEmpty
  }

  /** Whether the rows are some of the literal's, columns left out or not. */
  private def holds(literal: LocalRelation, rows: LocalTableScanExec): Boolean = {
    val columns = rows.output.map(column => literal.output.indexWhere(_.exprId == column.exprId))
    val types = rows.output.map(_.dataType)
    def written(row: InternalRow): Seq[Any] = columns.zip(types).map { case (column, dataType) => row.get(column, dataType) }
    columns.nonEmpty && !columns.contains(-1) && {
      val known = literal.data.map(written).toSet
      rows.rows.forall(row => known(row.toSeq(types)))
    }
  }
}

private[makoto] object OwnRows {
  private val Spark = "org.apache.spark.sql."
  /** Off by default: takes the values of partition columns from a listing. */
  private val MetadataOnly = "org.apache.spark.sql.execution.OptimizeMetadataOnlyQuery"
  /** `VALUES` of which the optimiser knows the rows: `current_date()`. Spark has had it since 3.5.1. */
  private val LateLiterals = "ResolvedInlineTable"
  /** Rows that Spark 4 collected while it analysed the plan. */
  private val Transpose = "Transpose"
}
