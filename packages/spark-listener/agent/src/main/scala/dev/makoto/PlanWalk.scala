package dev.makoto

import java.util.IdentityHashMap

import scala.collection.mutable.ArrayBuffer

import org.apache.spark.sql.execution.{BaseSubqueryExec, ReusedSubqueryExec, SparkPlan}
import org.apache.spark.sql.execution.adaptive.{AdaptiveSparkPlanExec, QueryStageExec}
import org.apache.spark.sql.execution.columnar.InMemoryTableScanExec
import org.apache.spark.sql.execution.exchange.ReusedExchangeExec

/**
 * Every node of an executed plan, each once: through adaptive plans and their stages, subqueries, reused exchanges and cached plans.
 * Stages that adaptive execution ran and then dropped from the final plan belong to it: their rows decided what was dropped.
 */
private[makoto] object PlanWalk {
  /** @param cached whether the node is part of a cached plan, which an earlier execution may have computed */
  final case class Node(plan: SparkPlan, cached: Boolean, leaf: Boolean)

  def nodes(root: SparkPlan): Seq[Node] = {
    val seen = new IdentityHashMap[SparkPlan, SparkPlan]
    val found = ArrayBuffer.empty[Node]
    def visit(plan: SparkPlan, cached: Boolean): Unit =
      if (seen.put(plan, plan) == null) {
        val (inner, innerCached) = plan match {
          case scan: InMemoryTableScanExec => (Seq(scan.relation.cacheBuilder.cachedPlan), true)
          case other => (below(other), cached)
        }
        found += Node(plan, cached, inner.isEmpty)
        inner.foreach(visit(_, innerCached))
        plan.subqueries.foreach(visit(_, cached))
      }
    visit(root, cached = false)
    found.toSeq
  }

  private def below(plan: SparkPlan): Seq[SparkPlan] = plan match {
    case adaptive: AdaptiveSparkPlanExec =>
      adaptive.executedPlan +: adaptive.context.stageCache.values.filter(_.isMaterialized).toSeq
    case stage: QueryStageExec => Seq(stage.plan)
    case reused: ReusedExchangeExec => Seq(reused.child)
    case reused: ReusedSubqueryExec => Seq[SparkPlan](reused.child: BaseSubqueryExec)
    case other => PlanShims.inner(other) ++ other.children
  }
}
