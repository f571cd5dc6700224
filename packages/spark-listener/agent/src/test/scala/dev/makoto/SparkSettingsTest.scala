package dev.makoto

import java.util.Properties

import org.junit.jupiter.api.Assertions.{assertFalse, assertTrue}
import org.junit.jupiter.api.{DisplayNameGeneration, Test}

import org.apache.spark.SparkConf

/** The administrator's word counts even where the rest of the configuration makes no sense. */
@DisplayNameGeneration(classOf[InWords])
class SparkSettingsTest {
  private def strict(wanted: String, administrator: (String, String)*): Boolean = {
    val conf = new SparkConf(false).set("spark.makoto.level", "seven")
    if (wanted.nonEmpty) conf.set("spark.makoto.on-failure", wanted)
    val file = new Properties
    administrator.foreach { case (key, value) => file.setProperty(key, value) }
    SparkSettings.isStrict(conf, Some(file))
  }

  @Test
  def `what may happen on failure is the administrator's to lock`(): Unit = {
    assertFalse(strict(""))
    assertTrue(strict("FAIL"))
    assertTrue(strict("", "makoto.on-failure" -> "fail", "level" -> "eight"))
    assertFalse(strict("warn", "makoto.on-failure" -> "fail"))
    assertTrue(strict("warn", "makoto.on-failure" -> "fail", "locked" -> "level, on-failure"))
    assertFalse(strict("fail", "on-failure" -> "warn", "locked" -> "on-failure"))
  }
}
