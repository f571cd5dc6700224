import * as z from 'zod'
import { countSchema, textSchema, versionsSchema } from './parts.ts'

/** A window of a stream: `https://makoto.dev/stream-window/v1`. @see SPEC §1 */
export const streamWindowSchema = z.looseObject({
  stream: z.looseObject({
    id: textSchema,
    source: z.string().exactOptional(),
    topic: z.string().exactOptional(),
    partitions: z.array(z.union([z.string(), z.int()])).exactOptional(),
  }),
  window: z.looseObject({
    type: textSchema,
    duration: z.string().exactOptional(),
    alignment: z.string().exactOptional(),
    watermark: z.string().exactOptional(),
    allowedLateness: z.string().exactOptional(),
  }),
  integrity: z.looseObject({
    merkleTree: z.looseObject({
      algorithm: textSchema,
      leafCount: countSchema,
      root: textSchema,
      leafHashAlgorithm: z.string().exactOptional(),
      treeHeight: countSchema.exactOptional(),
    }),
    chain: z
      .looseObject({
        previousWindowId: z.string().exactOptional(),
        previousMerkleRoot: z.string().exactOptional(),
        chainLength: countSchema.exactOptional(),
        genesisWindowId: z.string().exactOptional(),
      })
      .exactOptional(),
    previousWindow: z.looseObject({ windowId: z.string(), merkleRoot: z.string().exactOptional() }).exactOptional(),
  }),
  aggregates: z.looseObject({}).exactOptional(),
  collector: z.looseObject({ id: textSchema, version: versionsSchema.exactOptional() }).exactOptional(),
  metadata: z.looseObject({}).exactOptional(),
  verification: z
    .looseObject({ merkleProofAvailable: z.boolean().exactOptional(), proofEndpoint: z.string().exactOptional() })
    .exactOptional(),
})

export type StreamWindowPredicate = z.infer<typeof streamWindowSchema>

export type PreviousWindow = { windowId: string; merkleRoot?: string }

/**
 * The window before this one, from `integrity.chain` or from the specification's other spelling,
 * `integrity.previousWindow`; undefined for the first. @see SPEC §1, L2.P.10
 */
export function readPreviousWindow({ integrity }: StreamWindowPredicate): PreviousWindow | undefined {
  const { chain, previousWindow } = integrity
  const windowId = chain?.previousWindowId ?? previousWindow?.windowId
  const merkleRoot = chain?.previousMerkleRoot ?? previousWindow?.merkleRoot
  if (windowId === undefined) return undefined
  return merkleRoot === undefined ? { windowId } : { windowId, merkleRoot }
}
