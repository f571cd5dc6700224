package dev.makoto

import java.nio.file.{Files, Path}
import java.util.{Collections, Properties}

import scala.collection.JavaConverters._

import org.junit.jupiter.api.Assertions.{assertEquals, assertFalse, assertNotNull, assertNull, assertThrows, assertTrue}
import org.junit.jupiter.api.{DisplayNameGeneration, Test}
import org.junit.jupiter.api.io.TempDir

import dev.makoto.evidence.{AdministratorFiles, Configuration, Strictness}

import org.apache.spark.{SparkConf, SparkException}
import org.apache.spark.sql.internal.SQLConf
import org.apache.spark.sql.makoto.SparkBridge

/** The administrator's word counts even where the rest of the configuration makes no sense. */
@DisplayNameGeneration(classOf[InWords])
class SparkSettingsTest {
  private def strict(wanted: String, administrator: (String, String)*): Boolean = {
    val conf = new SparkConf(false).set("spark.makoto.level", "seven")
    if (wanted.nonEmpty) conf.set("spark.makoto.on-failure", wanted)
    val file = new Properties
    administrator.foreach { case (key, value) => file.setProperty(key, value) }
    Strictness.isDemanded(conf.getAll.toMap.asJava, Collections.singletonList(file))
  }

  @Test
  def `what may happen on failure is the administrator's to lock`(): Unit = {
    assertFalse(strict(""))
    assertTrue(strict("FAIL"))
    assertTrue(strict("", "makoto.on-failure" -> "fail", "level" -> "eight"))
    assertFalse(strict("warn", "makoto.on-failure" -> "fail"))
    assertTrue(strict("warn", "makoto.on-failure" -> "fail", "locked" -> "level, on-failure"))
    assertFalse(strict("fail", "on-failure" -> "warn", "locked" -> "on-failure"))
    assertTrue(strict("warn", "execution-failure" -> "x", "on-failure" -> "fail", "locked" -> "signing_key, spark.makoto.on-failure"))
  }

  @Test
  def `whoever chooses SPARK_CONF_DIR does not unlock what the machine's file locks`(@TempDir folder: Path): Unit = {
    val machine = Files.createDirectories(folder.resolve("etc/makoto"))
    Files.write(machine.resolve("makoto.properties"), "dbom.sink s3a://audit/dbom\non-failure fail\nlocked dbom.sink, on-failure\n".getBytes)
    Files.write(folder.resolve("makoto.properties"), "dbom.sink file:/elsewhere\non-failure warn\nstages io\nlocked on-failure\n".getBytes)
    val files = AdministratorFiles.in(folder.resolve("etc").toFile, folder.toString)
    val configuration = SparkSettings.configuration(new SparkConf(false), files)
    assertEquals("s3a://audit/dbom", configuration.sink)
    assertEquals(Configuration.Stages.IO, configuration.stages)
    assertTrue(SparkSettings.isStrict(new SparkConf(false), files))
  }

  @Test
  def `a machine's file that can't be read stops who asked for it, and nobody else`(@TempDir folder: Path): Unit = {
    val lake = new Lake("unreadable-file")
    val escape, isFolder, absent = Files.createTempDirectory(folder, "etc")
    Files.write(Files.createDirectories(escape.resolve("makoto")).resolve("makoto.properties"), "level=\\u12".getBytes)
    Files.createDirectories(isFolder.resolve("makoto/makoto.properties"))
    Files.write(folder.resolve("makoto.properties"), "on-failure fail\n".getBytes)
    def start(machine: Path, onFailure: Option[String], sparkConfDir: Option[Path] = None): Agent = {
      val conf = (lake.attested ++ onFailure.map("spark.makoto.on-failure" -> _))
        .foldLeft(new SparkConf(false)) { case (conf, (key, value)) => conf.set(key, value) }
      Agent.prepare(conf, onPlugin = true, AdministratorFiles.in(machine.toFile, sparkConfDir.map(_.toString).orNull))
    }
    Seq(escape, isFolder).foreach { machine =>
      val refused = assertThrows(classOf[SparkException], () => start(machine, Some("fail")): Unit)
      assertTrue(refused.getMessage.contains(machine.toString), refused.getMessage)
      assertThrows(classOf[SparkException], () => start(machine, None, Some(folder)): Unit)
      assertNull(start(machine, None))
    }
    assertNotNull(start(absent, Some("fail")))
  }

  @Test
  def `where no commit protocol is configured Spark's own default stays in force, whatever it is`(): Unit = {
    def delegate(configured: (String, String)*): String = {
      val conf = configured.foldLeft(new SparkConf(false)) { case (conf, (key, value)) => conf.set(key, value) }
      assertTrue(SparkSettings.addCommitProtocol(conf, Configuration.Outputs.WRITE))
      assertTrue(SparkSettings.addCommitProtocol(conf, Configuration.Outputs.WRITE))
      assertEquals(classOf[MakotoCommitProtocol].getName, conf.get("spark.sql.sources.commitProtocolClass"))
      SparkSettings.delegateProtocol(conf, "vendor.DefaultProtocol")
    }
    assertEquals("vendor.DefaultProtocol", delegate())
    assertEquals("users.Protocol", delegate("spark.sql.sources.commitProtocolClass" -> "users.Protocol"))
    assertEquals(SQLConf.FILE_COMMIT_PROTOCOL_CLASS.defaultValueString, SparkBridge.defaultCommitProtocol)
  }

  @Test
  def `a protocol that some thread could not load is not installed unless somebody named it`(): Unit = {
    def install(configured: (String, String)*): Map[String, String] = {
      val conf = configured.foldLeft(new SparkConf(false)) { case (conf, (key, value)) => conf.set(key, value) }
      SparkSettings.addCommitProtocol(conf, Configuration.Outputs.WRITE, everyThreadKnowsUs = false)
      conf.getAll.toMap
    }
    assertEquals(Map.empty, install())
    val others = "spark.sql.sources.commitProtocolClass" -> "users.Protocol"
    assertEquals(Map(others), install(others))
    val named = "spark.sql.sources.commitProtocolClass" -> classOf[MakotoCommitProtocol].getName
    assertEquals(Map(named, "spark.makoto.internal.hashWhileWriting" -> "true"), install(named))
  }
}
