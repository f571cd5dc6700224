package dev.makoto

import org.apache.spark.sql.execution.{RDDScanExec, SparkPlan}

/** Plan nodes that differ between lines of Spark. */
private[makoto] object PlanShims {
  /** Plans below a node that are not its children. */
  def inner(plan: SparkPlan): Seq[SparkPlan] = Nil

  /** Rows that the plan makes itself. */
  def isGenerated(plan: SparkPlan): Boolean = plan match {
    case scan: RDDScanExec => scan.name == "OneRowRelation"
    case _ => false
  }

  /** A node that is known to have no rows at all. */
  def isEmpty(plan: SparkPlan): Boolean = false
}
