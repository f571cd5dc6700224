import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { datasetName, MakotoError, openSigner, openStore, pathOfDatasetName, requestTimestamp } from '@makoto/core'
import { listJars } from '@makoto/spark'

/** `missing` is what only some need, and no failure; `FAILED` was asked for, or nothing works without it. */
export type Finding = {
  readonly name: string
  readonly status: 'ok' | 'FAILED' | 'missing'
  readonly detail: string
  readonly hint?: string
}

export type Examination = {
  readonly key?: string | undefined
  readonly 'password-file'?: string | undefined
  readonly store?: string | undefined
  readonly 'timestamp-url'?: string | undefined
  readonly signal: AbortSignal
}

const NODE = [22, 12] as const

export async function examineMachine(asked: Examination): Promise<Finding[]> {
  const { key, store, 'password-file': file, 'timestamp-url': url, signal } = asked
  return Promise.all([
    examineNode(),
    examineJava(),
    examineJars(),
    ...(key === undefined ? [] : [tryOut('key', () => tryKey(key, file))]),
    ...(store === undefined ? [] : [tryOut('store', () => tryStore(store))]),
    ...(url === undefined ? [] : [tryOut('timestamp', () => tryTimestamp(url, signal))]),
  ])
}

async function examineNode(): Promise<Finding> {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const fits = major > NODE[0] || (major === NODE[0] && minor >= NODE[1])
  const hint = `install Node ${NODE.join('.')} or newer`
  return { name: 'node', status: fits ? 'ok' : 'FAILED', detail: process.versions.node, ...(fits ? {} : { hint }) }
}

async function examineJava(): Promise<Finding> {
  try {
    const { stderr } = await promisify(execFile)('java', ['-version'], { timeout: 20_000 })
    return { name: 'java', status: 'ok', detail: stderr.split('\n')[0] ?? '' }
  } catch {
    return { name: 'java', status: 'missing', detail: 'no java on the PATH: only running Spark here needs it' }
  }
}

async function examineJars(): Promise<Finding> {
  const jars = listJars().map(({ spark, scala }) => `Spark ${spark} (Scala ${scala})`)
  return jars.length > 0
    ? { name: 'agent', status: 'ok', detail: jars.join(', ') }
    : {
        name: 'agent',
        status: 'missing',
        detail: 'this copy of @makoto/spark holds no JARs: only attesting Spark jobs needs them',
      }
}

/** What is tried out, by the option that names it. */
const NAMED_BY = { key: '--key', store: '--store', timestamp: '--timestamp-url' } as const

async function tryOut(name: keyof typeof NAMED_BY, attempt: () => Promise<string>): Promise<Finding> {
  try {
    return { name, status: 'ok', detail: await attempt() }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const hint = (error instanceof MakotoError ? error.hint : undefined) ?? `give another ${NAMED_BY[name]}`
    return { name, status: 'FAILED', detail: error.message, hint }
  }
}

async function tryKey(key: string, passwordFile: string | undefined): Promise<string> {
  const signer = await openSigner(key, passwordFile === undefined ? {} : { password: { file: passwordFile } })
  await signer.sign(new Uint8Array(1))
  return `${signer.algorithm}, ${signer.id}`
}

/** Nothing is written: objects in a store stay for ever, a trial would too. */
async function tryStore(uri: string): Promise<string> {
  await openStore(uri).head('keys/doctor.pub')
  const path = pathOfDatasetName(datasetName(uri))
  if (path === undefined) return `${uri} can be read`
  await access(await findExisting(path), constants.W_OK | constants.X_OK)
  return `${uri} can be read and written`
}

async function findExisting(path: string): Promise<string> {
  try {
    await stat(path)
    return path
  } catch (error) {
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT' && dirname(path) !== path
    if (absent) return findExisting(dirname(path))
    throw error
  }
}

async function tryTimestamp(url: string, signal: AbortSignal): Promise<string> {
  await requestTimestamp(url, crypto.getRandomValues(new Uint8Array(64)), { signal })
  return `${new URL(url).host} answers`
}
