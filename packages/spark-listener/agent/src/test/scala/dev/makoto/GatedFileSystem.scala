package dev.makoto

import java.net.URI

import org.apache.hadoop.fs.{Path, RawLocalFileSystem}

/** This machine's files under another scheme, where a test is asked before each object comes to stand in its place. */
class GatedFileSystem extends RawLocalFileSystem {
  override def getUri: URI = URI.create("gated:///")

  override def rename(from: Path, to: Path): Boolean = {
    GatedFileSystem.gate(to.toUri.getPath)
    super.rename(from, to)
  }
}

object GatedFileSystem {
  @volatile var gate: String => Unit = (_: String) => ()

  val settings: Map[String, String] = Map("spark.hadoop.fs.gated.impl" -> classOf[GatedFileSystem].getName)
}
