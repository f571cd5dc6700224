import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import manifest from '../package.json' with { type: 'json' }
import { type JarRequest, jarFor, listJars } from '../src/index.ts'

describe('choosing a JAR', () => {
  const folder = mkdtempSync(join(tmpdir(), 'makoto jars-'))
  const url = pathToFileURL(`${folder}/`)
  beforeAll(() => {
    for (const name of ['3.5_2.12', '3.5_2.13', '4.1_2.13'])
      writeFileSync(join(folder, `makoto-spark-${name}-${manifest.version}.jar`), '')
    writeFileSync(join(folder, 'makoto-spark-3.3_2.12-0.0.1.jar'), '')
    writeFileSync(join(folder, 'SHA256SUMS'), '')
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  test.each<[JarRequest, string]>([
    [{ spark: '3.5' }, '3.5_2.12'],
    [{ spark: '3.5.9' }, '3.5_2.12'],
    [{ spark: '3.5.9', scala: '2.13' }, '3.5_2.13'],
    [{ spark: '3.5.9', scala: '2.12.18' }, '3.5_2.12'],
    [{ spark: '4.1' }, '4.1_2.13'],
    [{ spark: '4.1.0-preview1' }, '4.1_2.13'],
  ])('%o gives %s', (request, name) => {
    const jar = fileURLToPath(jarFor(request, url))
    expect(basename(jar)).toBe(`makoto-spark-${name}-${manifest.version}.jar`)
    expect(existsSync(jar)).toBe(true)
  })

  test.each<[string, JarRequest]>([
    ['a Spark there is no agent for', { spark: '2.4' }],
    ['a Scala there is no agent for', { spark: '4.1', scala: '2.12' }],
    ['a JAR of another release', { spark: '3.3' }],
  ])('%s: says what there is', (_, request) => {
    expect(() => jarFor(request, url)).toThrow(
      expect.objectContaining({
        code: 'jar-not-found',
        hint: 'there are: Spark 3.5 with Scala 2.12, Spark 3.5 with Scala 2.13, Spark 4.1 with Scala 2.13',
      }),
    )
  })

  test('an empty folder: says how to build', () => {
    const empty = new URL('none/', url)
    expect(() => jarFor({ spark: '3.5' }, empty)).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('npm run build') }),
    )
  })

  test.each(['', '3', 'latest', '3.5/../..'])('refuses %j as a version', (spark) => {
    expect(() => jarFor({ spark }, url)).toThrow(expect.objectContaining({ code: 'options-invalid' }))
  })
})

const built = listJars()
if (built.length === 0) console.warn('the JARs in the package are not checked: the build has not put any there yet')

describe.skipIf(built.length === 0)('the JARs in the package', () => {
  const jars = fileURLToPath(new URL('../jars/', import.meta.url))

  test('have the checksums that stand beside them', () => {
    const checked = execFileSync('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: jars, encoding: 'utf8' })
    const names = checked
      .trimEnd()
      .split('\n')
      .map((line) => line.replace(/: OK$/, ''))
    expect(names.sort()).toEqual(built.map(({ url }) => basename(fileURLToPath(url))).sort())
  })

  test('are found by the version of Spark they are for', () => {
    for (const { spark, scala, url } of built) expect(jarFor({ spark, scala }).href).toBe(url.href)
  })
})
