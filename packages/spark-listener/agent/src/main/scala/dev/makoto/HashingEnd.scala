package dev.makoto

import java.io.{FilterInputStream, InputStream, IOException}

import dev.makoto.evidence.facts.{DataFile, DataFiles}

/** Stops the reading of files that are being hashed when the application's end leaves no more time for it. */
private[makoto] final class HashingEnd {
  @volatile private var end = Long.MaxValue

  /** @param time milliseconds since the epoch */
  def set(time: Long): Unit = end = time

  def over(files: DataFiles): DataFiles = new DataFiles {
    override def visitBelow(rootUri: String, visitor: DataFiles.Visitor): Unit = files.visitBelow(rootUri, visitor)
    override def visitIn(folderUri: String, visitor: DataFiles.Visitor): Unit = files.visitIn(folderUri, visitor)
    override def stat(uri: String): DataFile = files.stat(uri)
    override def open(uri: String): InputStream = {
      check()
      HashingEnd.stopped(files.open(uri), () => check())
    }
  }

  private def check(): Unit = if (System.currentTimeMillis() >= end) throw new IOException("the application has ended")
}

private[makoto] object HashingEnd {
  /** @param check throws when no more shall be read */
  def stopped(in: InputStream, check: () => Unit): InputStream = new FilterInputStream(in) {
    override def read(buffer: Array[Byte], offset: Int, length: Int): Int = {
      check()
      super.read(buffer, offset, length)
    }
  }
}
