package dev.makoto

import java.util.{Collections, Map => JMap}

import org.apache.spark.SparkContext
import org.apache.spark.api.plugin.{DriverPlugin, ExecutorPlugin, PluginContext, SparkPlugin}

/**
 * `spark.plugins=dev.makoto.MakotoPlugin`: the other way in, equal to [[AttestationListener]]; both together install once.
 *
 * As Spark ends an application whose plugin throws, this is its own driver plugin and takes nothing from Scala's library: there is no
 * class more that could be missing or made for another Scala.
 */
class MakotoPlugin extends SparkPlugin with DriverPlugin {
  /** Null where nothing is attested. */
  private var agent: Agent = _

  override def driverPlugin(): DriverPlugin = this

  override def executorPlugin(): ExecutorPlugin = null

  override def init(context: SparkContext, plugin: PluginContext): JMap[String, String] = {
    agent = AttestationListener.start(context)
    Collections.emptyMap()
  }

  override def registerMetrics(applicationId: String, plugin: PluginContext): Unit =
    if (agent != null) agent.startIfStrict(applicationId)
}
