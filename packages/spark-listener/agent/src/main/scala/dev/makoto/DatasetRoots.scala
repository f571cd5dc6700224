package dev.makoto

import org.apache.hadoop.fs.Path

/**
 * The directories that a relation is about. A pruned catalog table lists its partitions' directories as roots; the dataset is the
 * directory above the `column=value` segments.
 */
private[makoto] object DatasetRoots {
  def of(roots: Seq[Path], partitionColumns: Seq[String]): Seq[Path] = roots.map(above(_, partitionColumns.reverse)).distinct

  private def above(path: Path, innermostFirst: Seq[String]): Path = innermostFirst match {
    case column +: outer if path.getParent != null && path.getName.toLowerCase.startsWith(column.toLowerCase + "=") =>
      above(path.getParent, outer)
    case _ => path
  }
}
