package dev.makoto

import org.apache.spark.sql.execution.datasources.FileIndex

/** Which scans of files read a directory for what it is. */
private[makoto] object PlainFiles {
  /**
   * Spark's own indexes list directories, or a sink's log that our rule knows too. Any other belongs to a table format (Delta's, Hudi's),
   * whose version is not what lies under its root. @see FORMATS §1
   */
  def areListedBy(index: FileIndex): Boolean = index.getClass.getName.startsWith("org.apache.spark.sql.execution.")
}
