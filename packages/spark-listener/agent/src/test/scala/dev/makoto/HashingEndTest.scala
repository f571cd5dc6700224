package dev.makoto

import java.io.{ByteArrayInputStream, IOException}
import java.nio.file.Files
import java.util.Collections

import org.apache.hadoop.conf.Configuration
import org.junit.jupiter.api.Assertions.{assertEquals, assertThrows, assertTrue}
import org.junit.jupiter.api.{DisplayNameGeneration, Test}

import dev.makoto.evidence.digest.LocalHasher
import dev.makoto.hadoop.HadoopDataFiles

/** The end of an application does not wait for inputs that nobody has hashed yet. */
@DisplayNameGeneration(classOf[InWords])
class HashingEndTest {
  @Test
  def `files are hashed until the end and left out after it`(): Unit = {
    val lake = new Lake("end")
    Files.write(lake.root.resolve("a"), "a".getBytes("US-ASCII"))
    val files = new HadoopDataFiles(new Configuration)
    val wanted = Collections.singletonList(files.stat(lake.root.resolve("a").toUri.toString))
    val end = new HashingEnd
    val hasher = new LocalHasher(end.over(files))
    assertEquals(Sha256sum.of(Map("a" -> lake.root.resolve("a")))("a"), hasher.hash(wanted, Long.MaxValue).values.iterator.next().sha256)
    end.set(0L)
    assertTrue(hasher.hash(wanted, Long.MaxValue).isEmpty)
  }

  @Test
  def `a file that is being read is left when the time is over`(): Unit = {
    var over = false
    val stream = HashingEnd.stopped(new ByteArrayInputStream(new Array[Byte](4)), () => if (over) throw new IOException("over"))
    assertEquals(2, stream.read(new Array[Byte](2)))
    over = true
    assertThrows(classOf[IOException], () => stream.read(new Array[Byte](2)))
  }
}
