import { readdirSync, readFileSync } from 'node:fs'
import { MakotoError } from '@makoto/core'
import { z } from 'zod'

/** One JAR of the agent, as its file name says it: `makoto-spark-<spark>_<scala>-<version>.jar`. */
export type AgentJar = { spark: string; scala: string; version: string; url: URL }

export type JarRequest = {
  /** `3.5` or a patch release of it, `3.5.9`. */
  spark: string
  /** Left out: the one that this Spark is shipped with. */
  scala?: string
}

const FOLDER = new URL('../jars/', import.meta.url)
const NAME = /^makoto-spark-(\d+\.\d+)_(\d+\.\d+)-(.+)\.jar$/

/**
 * The agent's JAR for a Spark version, out of this package; nothing is downloaded.
 *
 * Throws `jar-not-found` with what there is.
 */
export function jarFor({ spark, scala }: JarRequest, folder: URL = FOLDER): URL {
  const minor = /^(\d+\.\d+)(\.\d+)?([.-].*)?$/.exec(spark)?.[1]
  if (minor === undefined)
    throw new MakotoError('options-invalid', `${JSON.stringify(spark)} is not a Spark version such as 3.5 or 3.5.9`)
  const wanted = scala ?? defaultScala(minor)
  const jars = listJars(folder)
  const found = jars.find((jar) => jar.spark === minor && (jar.scala === wanted || wanted.startsWith(`${jar.scala}.`)))
  if (found !== undefined) return found.url
  throw new MakotoError('jar-not-found', `no agent for Spark ${minor} with Scala ${wanted}`, {
    hint: explainChoice(jars),
  })
}

/** The agent's JARs of this version in the package, in the order of Spark's versions. */
export function listJars(folder: URL = FOLDER): AgentJar[] {
  return readNames(folder)
    .map((name) => ({ name, match: NAME.exec(name) }))
    .flatMap(({ name, match }) => {
      const [, spark = '', scala = '', version = ''] = match ?? []
      return version === packageVersion()
        ? [{ spark, scala, version, url: new URL(encodeURIComponent(name), folder) }]
        : []
    })
    .sort((a, b) => a.url.href.localeCompare(b.url.href, 'en', { numeric: true }))
}

function explainChoice(jars: AgentJar[]): string {
  if (jars.length === 0)
    return 'this copy of @makoto/spark holds no JARs: build them with `npm run build` in the repository'
  return `there are: ${jars.map((jar) => `Spark ${jar.spark} with Scala ${jar.scala}`).join(', ')}`
}

/** Scala 2.12 for Spark 3, 2.13 for Spark 4: what Apache's own distributions carry. */
function defaultScala(minor: string): string {
  return Number.parseInt(minor, 10) < 4 ? '2.12' : '2.13'
}

function readNames(folder: URL): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  return z.object({ version: z.string() }).parse(manifest).version
}
