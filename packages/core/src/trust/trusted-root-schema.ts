/**
 * Sigstore's `trusted_root.json` as its protobuf schema has it. Fields that we do not know are for other
 * clients; `null` is a field that is not there, as protobuf's JSON has it.
 */
import * as z from 'zod'

const MAX_ENTRIES = 64
const MAX_CHAIN = 8

const base64Schema = z.base64().max(16 * 1024)
const timeSchema = z.iso.datetime({ offset: true })

/** A window without its start is refused: taken for an open one it would trust a key for all of the past. */
const validForSchema = z.looseObject({ start: timeSchema, end: timeSchema.nullish() })

const authoritySchema = z.looseObject({
  certChain: z.looseObject({
    certificates: z
      .array(z.looseObject({ rawBytes: base64Schema }))
      .min(1)
      .max(MAX_CHAIN),
  }),
  validFor: validForSchema,
})

const logSchema = z.looseObject({
  baseUrl: z.string().max(2048).nullish(),
  hashAlgorithm: z.string().nullish(),
  publicKey: z.looseObject({ rawBytes: base64Schema, keyDetails: z.string(), validFor: validForSchema }),
  logId: z.looseObject({ keyId: base64Schema }),
  checkpointKeyId: z.looseObject({ keyId: base64Schema }).nullish(),
})

const listOf = <T extends z.ZodType>(entry: T) => z.array(entry).max(MAX_ENTRIES).nullish()

export const trustedRootSchema = z.looseObject({
  mediaType: z.string().regex(/^application\/vnd\.dev\.sigstore\.trustedroot(\+json;version=0\.1|\.v0\.[12]\+json)$/),
  certificateAuthorities: listOf(authoritySchema),
  timestampAuthorities: listOf(authoritySchema),
  tlogs: listOf(logSchema),
  ctlogs: listOf(logSchema),
})

export type RootAuthority = z.infer<typeof authoritySchema>
export type RootLog = z.infer<typeof logSchema>
export type RootWindow = z.infer<typeof validForSchema>
