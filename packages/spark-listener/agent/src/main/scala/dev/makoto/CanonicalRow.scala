package dev.makoto

import java.io.ByteArrayOutputStream
import java.nio.charset.StandardCharsets.UTF_8

import org.apache.spark.sql.catalyst.InternalRow
import org.apache.spark.sql.catalyst.util.{ArrayData, MapData}
import org.apache.spark.sql.types._
import org.apache.spark.unsafe.types.UTF8String

/** The canonical encoding of a row's values: a null mark, then the value. @see FORMATS §5 */
private[makoto] final class CanonicalRow {
  private val out = new ByteArrayOutputStream

  def bytes: Array[Byte] = out.toByteArray

  def value(value: Any, dataType: DataType): Unit =
    if (value == null) out.write(0)
    else {
      out.write(1)
      present(value, dataType)
    }

  private def present(value: Any, dataType: DataType): Unit = dataType match {
    case BooleanType => out.write(if (value.asInstanceOf[Boolean]) 1 else 0)
    case ByteType | ShortType | IntegerType | LongType | DateType | TimestampType | TimestampNTZType =>
      long(value.asInstanceOf[Number].longValue)
    case FloatType | DoubleType =>
      // doubleToLongBits knows one NaN only, and keeps the sign of zero.
      long(java.lang.Double.doubleToLongBits(value.asInstanceOf[Number].doubleValue))
    case _: DecimalType => variable(value.asInstanceOf[Decimal].toJavaBigDecimal.unscaledValue.toByteArray)
    case _: StringType => variable(value.asInstanceOf[UTF8String].getBytes)
    case BinaryType => variable(value.asInstanceOf[Array[Byte]])
    case struct: StructType => nested(_.fields(value.asInstanceOf[InternalRow], struct))
    case ArrayType(element, _) => nested(_.list(value.asInstanceOf[ArrayData], element))
    case MapType(key, item, _) => nested(_.map(value.asInstanceOf[MapData], key, item))
  }

  private def fields(row: InternalRow, struct: StructType): Unit =
    struct.fields.zipWithIndex.sortBy(_._1.name)(CanonicalRow.ByUtf8Bytes).foreach { case (field, at) =>
      value(row.get(at, field.dataType), field.dataType)
    }

  private def list(array: ArrayData, element: DataType): Unit = {
    int(array.numElements())
    (0 until array.numElements()).foreach(at => value(CanonicalRow.elementOf(array, at, element), element))
  }

  private def map(map: MapData, key: DataType, item: DataType): Unit = {
    int(map.numElements())
    val entries = (0 until map.numElements()).map { at =>
      val (left, right) = (new CanonicalRow, new CanonicalRow)
      left.value(CanonicalRow.elementOf(map.keyArray(), at, key), key)
      right.value(CanonicalRow.elementOf(map.valueArray(), at, item), item)
      (left.bytes, right.bytes)
    }
    entries.sortBy(_._1)(CanonicalRow.UnsignedBytes).foreach { case (left, right) =>
      out.write(left, 0, left.length)
      out.write(right, 0, right.length)
    }
  }

  private def nested(write: CanonicalRow => Unit): Unit = {
    val inner = new CanonicalRow
    write(inner)
    variable(inner.bytes)
  }

  private def variable(bytes: Array[Byte]): Unit = {
    int(bytes.length)
    out.write(bytes, 0, bytes.length)
  }

  private def int(number: Int): Unit = (0 until 32 by 8).foreach(shift => out.write(number >>> shift))

  private def long(number: Long): Unit = (0 until 64 by 8).foreach(shift => out.write((number >>> shift).toInt))
}

private[makoto] object CanonicalRow {
  val UnsignedBytes: Ordering[Array[Byte]] = new Ordering[Array[Byte]] {
    override def compare(left: Array[Byte], right: Array[Byte]): Int = {
      val shared = math.min(left.length, right.length)
      val at = (0 until shared).indexWhere(index => left(index) != right(index))
      if (at < 0) left.length - right.length else (left(at) & 0xff) - (right(at) & 0xff)
    }
  }

  /** Columns without a stable id stand in the order of their names' bytes. */
  val ByUtf8Bytes: Ordering[String] = UnsignedBytes.on(_.getBytes(UTF_8))

  def isDefinedFor(dataType: DataType): Boolean = dataType match {
    case BooleanType | ByteType | ShortType | IntegerType | LongType | FloatType | DoubleType => true
    case DateType | TimestampType | TimestampNTZType | BinaryType => true
    case _: DecimalType | _: StringType => true
    case struct: StructType => struct.fields.forall(field => isDefinedFor(field.dataType))
    case ArrayType(element, _) => isDefinedFor(element)
    case MapType(key, item, _) => isDefinedFor(key) && isDefinedFor(item)
    case _ => false
  }

  private def elementOf(array: ArrayData, at: Int, element: DataType): Any =
    if (array.isNullAt(at)) null else array.get(at, element)
}
