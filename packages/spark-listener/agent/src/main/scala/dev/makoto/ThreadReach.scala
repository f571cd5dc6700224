package dev.makoto

import org.apache.spark.internal.io.FileCommitProtocol

/**
 * Whether every thread of the driver that may write can load our classes by name. Spark asks a thread's context class loader for the
 * commit protocol, and each write of a thread whose loader does not know it fails. Since Java 9 that of a ForkJoinPool's threads is the
 * system class loader, which knows the class path and not what `--jars` has brought.
 */
private[makoto] object ThreadReach {
  def knowsUs: Boolean = knowsUs(Seq(ClassLoader.getSystemClassLoader, classOf[FileCommitProtocol].getClassLoader))

  /** A loader that does not know this Spark either never wrote anything. */
  def knowsUs(loaders: Seq[ClassLoader]): Boolean =
    loaders.forall(loader => !knows(loader, classOf[FileCommitProtocol]) || knows(loader, classOf[MakotoCommitProtocol]))

  /** A second copy of a class is another class. */
  private def knows(loader: ClassLoader, known: Class[_]): Boolean =
    try Class.forName(known.getName, false, loader) eq known
    catch { case _: ClassNotFoundException | _: LinkageError => false }
}
