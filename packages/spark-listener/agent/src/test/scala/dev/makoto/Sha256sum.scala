package dev.makoto

import java.nio.file.Path

import scala.collection.JavaConverters._

/** Digests made by coreutils, so that the agent is not its own witness. */
object Sha256sum {
  def of(files: Map[String, Path]): Map[String, String] =
    if (files.isEmpty) Map.empty
    else {
      val ordered = files.toSeq
      val command = ("sha256sum" +: "--" +: ordered.map(_._2.toString)).asJava
      val process = new ProcessBuilder(command).redirectErrorStream(true).start()
      val lines = scala.io.Source.fromInputStream(process.getInputStream, "UTF-8").getLines().toList
      if (process.waitFor() != 0) throw new AssertionError(lines.mkString("\n"))
      ordered.map(_._1).zip(lines.map(_.stripPrefix("\\").take(64))).toMap
    }

  /** The digest of a whole version, by the line that FORMATS §1 gives to everybody. */
  def ofDirectory(root: Path): String = {
    val line = "find . -mindepth 1 \\( -name '.*' -o -name '_*' ! -name '*=*' -o -name '*._COPYING_' \\) -prune -o -type f -printf '%P\\n'" +
      " | LC_ALL=C sort | xargs -r -d '\\n' sha256sum -- | sha256sum"
    val process = new ProcessBuilder("bash", "-c", line).directory(root.toFile).start()
    val out = scala.io.Source.fromInputStream(process.getInputStream, "UTF-8").mkString
    process.waitFor()
    out.take(64)
  }
}
