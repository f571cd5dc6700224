package dev.makoto

import org.apache.spark.sql.catalyst.analysis.TypeCheckResult
import org.apache.spark.sql.catalyst.expressions._
import org.apache.spark.sql.types._

/**
 * `makoto_hash(x)`: of one string or binary column SHA-256 of its bytes in hex, which is `sha2(x, 256)`; of several or other columns
 * H of their canonical encoding as one row.
 *
 * @see FORMATS §5
 */
case class MakotoHash(children: Seq[Expression]) extends RuntimeReplaceable {
  override lazy val replacement: Expression = children match {
    case Seq(one) if MakotoHash.isBytes(one.dataType) =>
      Sha2(if (one.dataType == BinaryType) one else Cast(one, BinaryType), Literal(256))
    case several => RowHash(several.zip(names).sortBy(_._2)(CanonicalRow.ByUtf8Bytes).map(_._1))
  }

  override def checkInputDataTypes(): TypeCheckResult = {
    val refused = children.map(_.dataType).find(!CanonicalRow.isDefinedFor(_))
    if (children.isEmpty) TypeCheckResult.TypeCheckFailure("makoto_hash needs at least one column")
    else if (refused.isDefined) {
      TypeCheckResult.TypeCheckFailure(s"makoto_hash is not defined for the type ${refused.get.simpleString}")
    } else if (names.distinct.size < children.size) {
      TypeCheckResult.TypeCheckFailure("makoto_hash of several values orders them by name: pass columns, each with a name of its own")
    } else TypeCheckResult.TypeCheckSuccess
  }

  /** A single value needs no name. */
  private def names: Seq[String] = children.map {
    case named: NamedExpression => named.name
    case _ => ""
  }

  override def prettyName: String = "makoto_hash"

  override protected def withNewChildrenInternal(changed: IndexedSeq[Expression]): Expression = copy(children = changed)
}

private[makoto] object MakotoHash {
  def of(arguments: Seq[Expression]): Expression = MakotoHash(arguments)

  private def isBytes(dataType: DataType): Boolean = dataType match {
    case _: StringType | BinaryType => true
    case _ => false
  }
}
