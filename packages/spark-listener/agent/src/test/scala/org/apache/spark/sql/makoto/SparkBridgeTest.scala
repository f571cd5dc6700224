package org.apache.spark.sql.makoto

import org.junit.jupiter.api.Assertions.{assertFalse, assertTrue}
import org.junit.jupiter.api.{DisplayNameGeneration, Test}

import dev.makoto.InWords

import org.apache.spark.{JobArtifactSet, JobArtifactState}

/** What only Spark's own package can see. */
@DisplayNameGeneration(classOf[InWords])
class SparkBridgeTest {
  @Test
  def `a thread that works for a client of Spark Connect is known by the artifacts of its session`(): Unit = {
    assertFalse(SparkBridge.isOfSession)
    JobArtifactSet.withActiveJobArtifactState(JobArtifactState("a-session", None))(assertTrue(SparkBridge.isOfSession))
    assertFalse(SparkBridge.isOfSession)
  }
}
