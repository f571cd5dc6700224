package dev.makoto

import org.apache.spark.sql.execution.{EmptyRelationExec, OneRowRelationExec, SparkPlan}
import org.apache.spark.sql.execution.adaptive.LogicalQueryStage

/** Plan nodes that differ between lines of Spark. */
private[makoto] object PlanShims {
  /** Plans below a node that are not its children: an empty relation remembers the stages that showed it to be empty. */
  def inner(plan: SparkPlan): Seq[SparkPlan] = plan match {
    case empty: EmptyRelationExec => Option(empty.logical).toSeq.flatMap(_.collect { case stage: LogicalQueryStage => stage.physicalPlan })
    case _ => Nil
  }

  /** Rows that the plan makes itself. */
  def isGenerated(plan: SparkPlan): Boolean = plan.isInstanceOf[OneRowRelationExec]

  /** A node that is known to have no rows at all. */
  def isEmpty(plan: SparkPlan): Boolean = plan.isInstanceOf[EmptyRelationExec]
}
