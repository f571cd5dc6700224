import { z } from 'zod'
import { isAgentKeyUri } from './key-uri.ts'

/** A printable value on one line: a newline or another control character in a configuration file is a way in, not a value. */
const text = z
  .string()
  .min(1)
  .max(4096)
  .refine((value) => value === value.trim(), 'has spaces at an end, which Spark would cut off')
  .refine((value) => !/\p{Cc}/u.test(value), 'holds a control character')

const uriWithoutCredentials = text.refine(
  (value) => !/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*@/i.test(value) || /^(abfss?|wasbs?):/i.test(value),
  'holds credentials: configuration is logged and shown in the Spark UI',
)

/** The key URIs of FORMATS §6 that the agent of this version opens. */
const keyUri = uriWithoutCredentials
  .refine((value) => !value.includes('-----BEGIN'), 'holds a key itself; give the URI of one')
  .refine(
    isAgentKeyUri,
    'is not a key URI that the agent opens, such as file:/etc/makoto/spark.key or awskms:///alias/makoto',
  )

const DURATION = /^\d{1,15}\s*(ms|s|m|min|h)?$/i
const SIZE = /^\d{1,15}\s*(b|kb|mb|gb|tb)$/i
const timeout = text.refine((value) => DURATION.test(value), 'is not a time such as 30s or 5m')
const budget = text.refine(
  (value) => value.split(',').every((part) => DURATION.test(part.trim()) || SIZE.test(part.trim())),
  'is not a time, a size or both, such as 5m,64gb',
)

const commaless = uriWithoutCredentials.refine(
  (value) => !value.includes(','),
  'holds a comma, which separates entries',
)

/** Anything else would depend on where the driver starts, and the agent refuses it. */
const file = uriWithoutCredentials.refine(
  (value) => value.startsWith('/') || /^file:./.test(value),
  'is neither an absolute path nor a file: URI',
)

const webUrl = commaless.refine((value) => /^https?:\/\/[^/]/.test(value), 'is not an http(s) URL')

/**
 * What a person may set for the Spark agent.
 *
 * Strict: an option nobody knows is refused, because a misspelt one would silently attest less.
 *
 * @see FORMATS §6
 */
export const sparkOptionsSchema = z.strictObject({
  level: z.literal([1, 2, 3]),
  signingKey: keyUri.optional(),
  /** Holds the password of an encrypted key, or Vault's token. */
  signingPasswordFile: file.optional(),
  dbomSink: uriWithoutCredentials,
  trustKeys: z.array(file.and(commaless)).min(1).max(64).optional(),
  /** One timestamp authority, or several, the preferred one first. */
  timestampUrl: z.union([webUrl, z.array(webUrl).min(1).max(8)]).optional(),
  /** Whether a statement waits for its timestamp. */
  timestamp: z.enum(['required', 'best-effort']).optional(),
  registryUrl: webUrl.optional(),
  digestInputs: z.enum(['reference', 'record', 'none']).optional(),
  digestOutputs: z.enum(['write', 'commit', 'none']).optional(),
  /** How long, and how many bytes, an execution's inputs may be hashed: `5m,64gb`. */
  budget: budget.optional(),
  stages: z.enum(['all', 'io', 'none']).optional(),
  rows: z.enum(['off', 'muhash']).optional(),
  tenant: text.optional(),
  onFailure: z.enum(['warn', 'fail']).optional(),
  spoolDir: text.optional(),
  /** How long the end of a run may take. */
  timeout: timeout.optional(),
  /** Where the driver finds the agent's JAR; left out where an administrator has put it on the class path. */
  jar: commaless.optional(),
  /** The JAR's path on the driver's machine and on every executor's, where it is installed there and not shipped with the job. */
  installedJar: text
    .refine((value) => value.startsWith('/'), 'is not an absolute path')
    .refine((value) => !value.includes(':'), 'holds a colon, which separates entries of a class path')
    .optional(),
})

export type SparkOptions = z.input<typeof sparkOptionsSchema>
export type ValidSparkOptions = z.output<typeof sparkOptionsSchema>

/** The agent's key for each option, in the order in which they are written. @see FORMATS §6 */
export const AGENT_KEYS = {
  level: 'level',
  signingKey: 'signing.key',
  signingPasswordFile: 'signing.password-file',
  dbomSink: 'dbom.sink',
  trustKeys: 'trust.keys',
  timestampUrl: 'timestamp.url',
  timestamp: 'timestamp',
  registryUrl: 'registry.url',
  digestInputs: 'digest.inputs',
  digestOutputs: 'digest.outputs',
  budget: 'budget',
  stages: 'stages',
  rows: 'rows',
  tenant: 'tenant',
  onFailure: 'on-failure',
  spoolDir: 'spool.dir',
  timeout: 'timeout',
} as const satisfies Record<Exclude<keyof ValidSparkOptions, 'jar' | 'installedJar'>, string>
