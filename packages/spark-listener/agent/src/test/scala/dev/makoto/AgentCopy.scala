package dev.makoto

import java.nio.file.Path
import java.util.zip.ZipFile

import scala.collection.JavaConverters._

/** Loads the agent's classes from their bytes, anew, and everything else as the tests do. */
final class AgentCopy(classes: Map[String, Array[Byte]], without: String) extends ClassLoader(classOf[AgentCopy].getClassLoader) {
  override def loadClass(name: String, resolve: Boolean): Class[_] = getClassLoadingLock(name).synchronized {
    if (name == without) throw new ClassNotFoundException(name)
    classes.get(name) match {
      case Some(bytes) => Option(findLoadedClass(name)).getOrElse(defineClass(name, bytes, 0, bytes.length))
      case None => super.loadClass(name, resolve)
    }
  }
}

object AgentCopy {
  def of(jar: Path): AgentCopy = new AgentCopy(classesOf(jar), without = "")

  def classesOf(jar: Path): Map[String, Array[Byte]] = {
    val zip = new ZipFile(jar.toFile)
    try zip.entries.asScala.filter(_.getName.endsWith(".class")).map { entry =>
      entry.getName.stripSuffix(".class").replace('/', '.') -> ClusterTest.readAll(zip.getInputStream(entry))
    }.toMap
    finally zip.close()
  }
}
