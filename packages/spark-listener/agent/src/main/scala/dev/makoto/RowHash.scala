package dev.makoto

import java.security.MessageDigest

import org.apache.spark.sql.catalyst.InternalRow
import org.apache.spark.sql.catalyst.expressions.Expression
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenFallback
import org.apache.spark.sql.types.{DataType, StringType}
import org.apache.spark.unsafe.types.UTF8String

/** H of the canonical encoding of one row, whose columns stand in their canonical order already. */
case class RowHash(children: Seq[Expression]) extends Expression with CodegenFallback {
  override def nullable: Boolean = false

  override def dataType: DataType = StringType

  override def prettyName: String = "makoto_hash"

  override def eval(input: InternalRow): Any = {
    val row = new CanonicalRow
    children.foreach(child => row.value(child.eval(input), child.dataType))
    val digest = MessageDigest.getInstance("SHA-256").digest(row.bytes)
    val hex = new Array[Byte](digest.length * 2)
    digest.indices.foreach { at =>
      hex(2 * at) = RowHash.Digits((digest(at) >> 4) & 0xf)
      hex(2 * at + 1) = RowHash.Digits(digest(at) & 0xf)
    }
    UTF8String.fromBytes(hex)
  }

  override protected def withNewChildrenInternal(changed: IndexedSeq[Expression]): Expression = copy(children = changed)
}

private[makoto] object RowHash {
  private val Digits = "0123456789abcdef".getBytes("US-ASCII")
}
