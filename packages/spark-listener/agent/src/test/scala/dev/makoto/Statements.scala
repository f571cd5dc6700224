package dev.makoto

import java.nio.charset.StandardCharsets.UTF_8
import java.nio.file.{Files, Path}
import java.util.Base64

import scala.collection.JavaConverters._

import com.fasterxml.jackson.databind.{JsonNode, ObjectMapper}

/** One attestation as a reader of the store sees it. */
final case class Statement(body: JsonNode, signed: Boolean) {
  def kind: String = body.at("/predicateType").asText.stripPrefix("https://makoto.dev/").stripSuffix("/v1")
  def name: String = body.at("/subject/0/name").asText
  def uri: String = body.at("/subject/0/uri").asText
  def sha256: String = body.at("/subject/0/digest/sha256").asText
  def predicate: JsonNode = body.get("predicate")
  def text(pointer: String): String = predicate.at(pointer).asText
  def reasons: Set[String] = predicate.at("/completeness/reasons").elements.asScala.map(_.asText).toSet
  def inputs: Seq[JsonNode] = predicate.at("/inputs").elements.asScala.toSeq
  def unresolved: Map[String, String] =
    predicate.at("/unresolvedInputs").elements.asScala.map(input => input.get("name").asText -> input.get("reason").asText).toMap

  /** Digests of the version's files by their path. */
  def files: Map[String, String] = Statement.filesOf(predicate.get("files"))

  /** Files read from one input: the subset's where only a part was read. */
  def read(input: String): Map[String, String] =
    inputs.filter(_.get("name").asText.endsWith(input)).flatMap(in => Statement.filesOf(in.at("/observed/subset/files"))).toMap
}

object Statement {
  def filesOf(list: JsonNode): Map[String, String] =
    if (list == null) Map.empty
    else list.elements.asScala.map(file => file.get("name").asText -> file.at("/digest/sha256").asText).toMap
}

/** Everything that lies in a store. */
final case class Statements(all: Seq[Statement], stages: Seq[Statement], runs: Seq[Statement]) {
  def of(dataset: String): Seq[Statement] =
    all.filter(s => (s.name.endsWith("/" + dataset) || s.uri.endsWith("/" + dataset)) && s.kind != "dbom")
  def transformOf(dataset: String): Statement = only(of(dataset).filter(_.predicate.has("transform")), s"transform of $dataset")
  /** An execution without any resolved input states an Origin. */
  def transformOrOrigin(dataset: String): Statement = only(of(dataset).filter(_.predicate.has("written")), s"statement of what wrote $dataset")
  def originOf(dataset: String): Statement = only(of(dataset).filter(_.text("/origin/collectionMethod") == "observed-at-read"), s"origin of $dataset")
  def seal: JsonNode = only(runs.filter(_.text("/run/kind") == "seal"), "seal").predicate.get("run")
  def gaps: Map[String, Int] = seal.at("/gaps").elements.asScala.map(gap => gap.get("reason").asText -> gap.get("count").asInt).toMap

  private def only(found: Seq[Statement], what: String): Statement = {
    if (found.size != 1) throw new AssertionError(s"one $what expected, found ${found.size} in ${all.map(s => s.kind + " " + s.name)}")
    found.head
  }
}

object Statements {
  private val json = new ObjectMapper

  def in(sink: Path): Statements = {
    val datasets = under(sink.resolve("attestations")).map(file => read(new String(Files.readAllBytes(file), UTF_8)))
    val inRuns = under(sink.resolve("runs"))
    val (stageFiles, others) = inRuns.partition(_.getParent.getFileName.toString == "stages")
    val stages = stageFiles.flatMap(file => Files.readAllLines(file).asScala.map(read))
    val runs = others.filter(_.getFileName.toString.matches("\\d{6}_.*")).map(file => read(new String(Files.readAllBytes(file), UTF_8)))
    Statements(datasets, stages, runs)
  }

  private def under(folder: Path): Seq[Path] =
    if (!Files.isDirectory(folder)) Nil
    else {
      val all = Files.walk(folder)
      try all.iterator.asScala.filter(Files.isRegularFile(_)).filterNot(_.getFileName.toString.startsWith(".")).toList.sortBy(_.toString)
      finally all.close()
    }

  private def read(text: String): Statement = {
    val tree = json.readTree(text)
    if (!tree.has("dsseEnvelope")) Statement(tree, signed = false)
    else {
      val payload = Base64.getDecoder.decode(tree.at("/dsseEnvelope/payload").asText)
      Statement(json.readTree(new String(payload, UTF_8)), signed = true)
    }
  }
}
