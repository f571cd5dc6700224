package dev.makoto

import java.io.{ByteArrayOutputStream, ObjectOutputStream}

import org.junit.jupiter.api.Assertions.{assertEquals, assertTrue}
import org.junit.jupiter.api.{DisplayNameGeneration, Test}

import dev.makoto.evidence.digest.Sha256

import org.apache.spark.SparkConf
import org.apache.spark.internal.io.FileCommitProtocol.TaskCommitMessage

/** Digests ride in a small part of what tasks may answer, and what does not fit stays behind. */
@DisplayNameGeneration(classOf[InWords])
class HashedCommitTest {
  /** As a write into partitions makes them. */
  private def files(count: Int): Seq[CommittedFile] = (0 until count).map { n =>
    val name = "part-00000-5b5d1c1e-9e2f-4a41-8a4e-0d6c2c8a7f10.c000.snappy.parquet"
    CommittedFile(s"s3a://lake/warehouse/orders/day=$n/$name", Sha256.hex(n.toString), 1000L + n)
  }

  private def lengthOf(message: TaskCommitMessage): Int = {
    val bytes = new ByteArrayOutputStream
    new ObjectOutputStream(bytes).writeObject(message)
    bytes.size
  }

  @Test
  def `files arrive as they were sent, those without a digest as well`(): Unit = {
    val sent = HashedCommit(files(3) ++ Seq(CommittedFile("file:/lake/größe=ü/\uD83D\uDE00", null, -1L), CommittedFile("", Sha256.hex(""), 0L)), complete = false)
    val message = HashedCommit.send("theirs", sent, room = 4096L)
    assertEquals(Some(sent), HashedCommit.receive(message))
    assertEquals("theirs", HashedCommit.originalOf(message).obj)
    assertEquals(Some(HashedCommit(Nil, complete = true)), HashedCommit.receive(HashedCommit.send(null, HashedCommit(Nil, complete = true), room = 4096L)))
  }

  @Test
  def `what an executor with another version sends gives the configured protocol its own`(): Unit = {
    val message = new TaskCommitMessage(("dev.makoto.hashed-commit", "theirs", true, Array("file:/lake/part-0", "", "7")))
    assertEquals("theirs", HashedCommit.originalOf(message).obj)
    assertEquals(None, HashedCommit.receive(message))
  }

  @Test
  def `a file takes little more than its digest`(): Unit = {
    val plain = lengthOf(new TaskCommitMessage("theirs"))
    def ours(count: Int): Int = lengthOf(HashedCommit.send("theirs", HashedCommit(files(count), complete = true), Long.MaxValue)) - plain
    assertTrue(ours(0) < 256, s"${ours(0)} bytes without a file")
    assertTrue(ours(4000) < 4000 * 45, s"${ours(4000) / 4000} bytes a file")
  }

  @Test
  def `what has no room is not sent, and the message is the configured protocol's own`(): Unit = {
    val commit = HashedCommit(files(1000), complete = true)
    val needed = PackedFiles.pack(commit.files).length + 256L
    assertEquals(Some(commit), HashedCommit.receive(HashedCommit.send("theirs", commit, needed)))
    val message = HashedCommit.send("theirs", commit, needed - 1)
    assertEquals("theirs", message.obj)
    assertEquals(None, HashedCommit.receive(message))
    assertEquals("theirs", HashedCommit.originalOf(message).obj)
  }

  @Test
  def `all tasks of a stage together take a tenth of what results may be`(): Unit = {
    def share(most: Option[String], tasks: Int): Long =
      ResultShare.of(most.foldLeft(new SparkConf(false))((conf, size) => conf.set("spark.driver.maxResultSize", size)), tasks)
    assertEquals(104857L, share(Some("1m"), 1))
    assertEquals(524L, share(Some("1m"), 200))
    assertEquals((1L << 30) / 10, share(None, 1))
    assertEquals((1L << 30) / 10 / 2000, share(Some("0"), 2000), "no limit of Spark's is not none of ours")
  }
}
