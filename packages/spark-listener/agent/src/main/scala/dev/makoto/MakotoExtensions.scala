package dev.makoto

import org.apache.spark.sql.SparkSessionExtensions
import org.apache.spark.sql.catalyst.FunctionIdentifier
import org.apache.spark.sql.catalyst.expressions.{Expression, ExpressionInfo}

/** Makes `makoto_hash` known to every session. @see FORMATS §5 */
class MakotoExtensions extends (SparkSessionExtensions => Unit) {
  override def apply(extensions: SparkSessionExtensions): Unit =
    Harmless("add makoto_hash", ()) {
      val name = FunctionIdentifier("makoto_hash")
      val info = new ExpressionInfo(
        classOf[MakotoHash].getName, null, name.funcName, "_FUNC_(x, ...) - SHA-256 of a value's bytes in hex", "")
      extensions.injectFunction((name, info, (arguments: Seq[Expression]) => MakotoHash.of(arguments)))
    }
}
