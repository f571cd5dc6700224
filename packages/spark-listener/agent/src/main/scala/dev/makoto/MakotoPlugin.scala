package dev.makoto

import java.util.{Collections, Map => JMap}

import org.apache.spark.SparkContext
import org.apache.spark.api.plugin.{DriverPlugin, ExecutorPlugin, PluginContext, SparkPlugin}
import org.apache.spark.sql.makoto.SparkBridge

/** `spark.plugins=dev.makoto.MakotoPlugin`: the other way in, equal to [[AttestationListener]]; both together install once. */
class MakotoPlugin extends SparkPlugin {
  override def driverPlugin(): DriverPlugin = new DriverPlugin {
    private var agent: Option[Agent] = None

    override def init(context: SparkContext, plugin: PluginContext): JMap[String, String] = {
      agent = Agent.prepare(SparkBridge.liveConf(context), onPlugin = true)
      agent.foreach(_.listenOn(context))
      Collections.emptyMap()
    }

    override def registerMetrics(applicationId: String, plugin: PluginContext): Unit = agent.foreach(_.startIfStrict(applicationId))
  }

  override def executorPlugin(): ExecutorPlugin = null
}
