package dev.makoto

import dev.makoto.evidence.facts.{Reason, ScanFacts, UnresolvedInput}

/**
 * What an executed plan read and meant to write: plain facts, read once from the plan and kept without it.
 *
 * @param digest hex of H(UTF-8 of the analysed plan's text)
 * @param unnamedOutputs one for each output that has no path which we could attest
 */
private[makoto] final case class PlanFacts(
    digest: Option[String],
    scans: Seq[ScanFacts],
    unresolved: Seq[UnresolvedInput],
    writes: Seq[PlannedWrite],
    reasons: Set[Reason],
    unnamedOutputs: Seq[Reason])

/**
 * A write as its command states it; whether and what it wrote is known from the commit.
 *
 * @param root where it writes to; none where a table's location is known to the catalog only
 * @param tableName `catalog.schema.table`
 * @param ownProtocol whether its session uses our commit protocol for this command
 * @param records rows written; -1 where unknown
 * @param replacedPartition the partition that it empties first, as a path below the root; none where it is not one given partition
 * @param counted what its tasks say that they wrote; none where they don't
 */
private[makoto] final case class PlannedWrite(
    root: Option[String],
    tableName: Option[String],
    operation: String,
    mode: String,
    format: String,
    partitionColumns: Seq[String],
    ownProtocol: Boolean,
    records: Long,
    replacedPartition: Option[String] = None,
    counted: Option[CountedFiles] = None)
