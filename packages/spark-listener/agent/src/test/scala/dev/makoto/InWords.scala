package dev.makoto

import java.lang.reflect.Method
import java.util.{List => JList}

import scala.reflect.NameTransformer

import org.junit.jupiter.api.DisplayNameGenerator

/** Reports show a test's name as it is written between its backticks. */
class InWords extends DisplayNameGenerator.Standard {
  override def generateDisplayNameForMethod(testClass: Class[_], method: Method): String = NameTransformer.decode(method.getName)

  override def generateDisplayNameForMethod(enclosing: JList[Class[_]], testClass: Class[_], method: Method): String =
    NameTransformer.decode(method.getName)
}
