package dev.makoto

import java.io.{ByteArrayInputStream, ByteArrayOutputStream, DataInputStream, DataOutputStream}
import java.util.zip.{DeflaterOutputStream, InflaterInputStream}

import dev.makoto.evidence.digest.Hex

/**
 * Files with their digests, in few bytes: the digests as they are, then names and lengths deflated, which leaves little of a directory
 * that all of them share.
 */
private[makoto] object PackedFiles {
  private val DigestBytes = 32

  def pack(files: Seq[CommittedFile]): Array[Byte] = {
    val bytes = new ByteArrayOutputStream
    val digests = new DataOutputStream(bytes)
    val hashed = files.filter(_.sha256 != null)
    digests.writeInt(hashed.size)
    hashed.foreach(file => digests.write(Hex.decode(file.sha256)))
    val names = new DataOutputStream(new DeflaterOutputStream(bytes))
    try {
      names.writeInt(files.size)
      files.foreach { file =>
        names.writeBoolean(file.sha256 != null)
        names.writeLong(file.size)
        names.writeUTF(file.uri)
      }
    } finally names.close()
    bytes.toByteArray
  }

  /** The files in the order in which they were packed. */
  def unpack(packed: Array[Byte]): Seq[CommittedFile] = {
    val bytes = new ByteArrayInputStream(packed)
    val digests = new DataInputStream(bytes)
    val hashed = Iterator.fill(digests.readInt()) {
      val digest = new Array[Byte](DigestBytes)
      digests.readFully(digest)
      Hex.encode(digest)
    }.toList.iterator
    val names = new DataInputStream(new InflaterInputStream(bytes))
    try Vector.fill(names.readInt()) {
      val sha256 = if (names.readBoolean()) hashed.next() else null
      val size = names.readLong()
      CommittedFile(names.readUTF(), sha256, size)
    } finally names.close()
  }
}
