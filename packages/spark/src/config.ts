import { MakotoError } from '@makoto/core'
import type { z } from 'zod'
import { driverClassPath } from './driver-class-path.ts'
import { AGENT_KEYS, type SparkOptions, sparkOptionsSchema, type ValidSparkOptions } from './options.ts'
import { listWarnings, type Warning } from './warnings.ts'

export const LISTENER = 'dev.makoto.AttestationListener'

/** A validated configuration: Spark properties in the order in which they are written, and what to know about them. */
export type SparkConfig = {
  readonly properties: readonly (readonly [key: string, value: string])[]
  readonly warnings: readonly Warning[]
}

/**
 * Turns options into the Spark properties that switch the agent on.
 *
 * Throws `options-invalid` for an option that nobody knows, a value that the agent would refuse, and a level that
 * cannot be reached at all with what was given; what only lowers the level that a verifier will prove is a warning.
 *
 * @see FORMATS §6, SPEC §3 (L2.P.1, L2.P.6, L2.PL.1)
 */
export function sparkConfig(options: SparkOptions): SparkConfig {
  const valid = validateOptions(options)
  refuseUnreachableLevel(valid)
  refuseUnreachableTimestamp(valid)
  refuseTwoJars(valid)
  return { properties: listProperties(valid), warnings: listWarnings(valid) }
}

function validateOptions(options: SparkOptions): ValidSparkOptions {
  const parsed = sparkOptionsSchema.safeParse(options)
  if (parsed.success) return parsed.data
  throw new MakotoError('options-invalid', parsed.error.issues.map(explainIssue).join('; '), {
    cause: parsed.error,
    hint: `the options are: ${Object.keys(sparkOptionsSchema.shape).join(', ')}`,
  })
}

function explainIssue(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `there is no option ${issue.keys.join(', ')}`
  if (issue.code === 'invalid_union') return `${issue.path.join('.')}: ${explainAlternatives(issue.errors.flat())}`
  return `${issue.path.join('.')}: ${issue.message}`
}

/** Of a value that may be of two kinds, what is wrong with the kind that it is. */
function explainAlternatives(issues: z.core.$ZodIssue[]): string {
  const telling = issues.filter(({ code }) => code !== 'invalid_type')
  return (telling.length > 0 ? telling : issues).map(({ message }) => message).join(', or ')
}

function refuseUnreachableLevel({ level, signingKey, registryUrl }: ValidSparkOptions): void {
  if (level >= 2 && signingKey === undefined)
    throw new MakotoError('options-invalid', `level ${level} needs a signing key`, {
      hint: 'make a key with `makoto key generate`, or ask for level 1, which is unsigned',
    })
  if (level === 3 && registryUrl === undefined)
    throw new MakotoError('options-invalid', 'level 3 needs the URL of a control plane', {
      hint: 'at level 3 an isolated control plane signs, not the job; without one ask for level 2',
    })
}

function refuseUnreachableTimestamp({ timestamp, timestampUrl }: ValidSparkOptions): void {
  if (timestamp !== 'required' || timestampUrl !== undefined) return
  throw new MakotoError('options-invalid', 'a timestamp is required and no timestamp authority is named')
}

function refuseTwoJars({ jar, installedJar }: ValidSparkOptions): void {
  if (jar === undefined || installedJar === undefined) return
  throw new MakotoError('options-invalid', 'the JAR is either shipped with the job or installed on every machine', {
    hint: 'give jar or installedJar',
  })
}

function listProperties({ jar, installedJar, ...agent }: ValidSparkOptions): [string, string][] {
  const properties: [string, string][] = [['spark.extraListeners', LISTENER]]
  if (jar !== undefined) properties.push(['spark.jars', jar])
  const classPath = jar === undefined ? undefined : driverClassPath(jar)
  if (classPath !== undefined) properties.push(['spark.driver.extraClassPath', classPath])
  if (installedJar !== undefined)
    for (const process of ['driver', 'executor']) properties.push([`spark.${process}.extraClassPath`, installedJar])
  for (const [option, key] of Object.entries(AGENT_KEYS)) {
    const value = agent[option as keyof typeof agent]
    if (value !== undefined) properties.push([`spark.makoto.${key}`, String(value)])
  }
  return properties
}
