import * as z from 'zod'
import { optional } from './optional.ts'
import { countSchema, textSchema, versionsSchema } from './parts.ts'

/** A window of a stream: `https://makoto.dev/stream-window/v1`. @see SPEC §1 */
export const streamWindowSchema = z.looseObject({
  stream: z.looseObject({
    id: textSchema,
    source: optional(z.string()),
    topic: optional(z.string()),
    partitions: optional(z.array(z.union([z.string(), z.int()]))),
  }),
  window: z.looseObject({
    type: textSchema,
    duration: optional(z.string()),
    alignment: optional(z.string()),
    watermark: optional(z.string()),
    allowedLateness: optional(z.string()),
  }),
  integrity: z.looseObject({
    merkleTree: z.looseObject({
      algorithm: textSchema,
      leafCount: countSchema,
      root: textSchema,
      leafHashAlgorithm: optional(z.string()),
      treeHeight: optional(countSchema),
    }),
    chain: optional(
      z.looseObject({
        previousWindowId: optional(z.string()),
        previousMerkleRoot: optional(z.string()),
        chainLength: optional(countSchema),
        genesisWindowId: optional(z.string()),
      }),
    ),
    previousWindow: optional(z.looseObject({ windowId: z.string(), merkleRoot: optional(z.string()) })),
  }),
  aggregates: optional(z.looseObject({})),
  collector: optional(z.looseObject({ id: textSchema, version: optional(versionsSchema) })),
  metadata: optional(z.looseObject({})),
  verification: optional(
    z.looseObject({ merkleProofAvailable: optional(z.boolean()), proofEndpoint: optional(z.string()) }),
  ),
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
