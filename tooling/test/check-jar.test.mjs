import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LISTENER } from '../scripts/artefacts.mjs'
import { embedJars } from '../scripts/embed-jars.mjs'
import { zip } from './zip.mjs'

const SOURCE = join(LISTENER, 'agent', 'src', 'build', 'CheckJar.java')
const NEEDED = [
  'dev/makoto/AttestationListener.class',
  'dev/makoto/MakotoPlugin.class',
  'dev/makoto/makoto-spark.properties',
  'dev/makoto/evidence/run/Run.class',
  'dev/makoto/hadoop/HashingFileSystem.class',
]
const GOOD = [{ name: 'META-INF/MANIFEST.MF' }, ...NEEDED.map((name) => ({ name, text: classOf(8) }))]

let home
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'makoto-check-jar-'))
  execFileSync('javac', ['-d', home, SOURCE])
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

/** The beginning of a class file for this Java: magic, minor and major version. */
function classOf(java) {
  return Buffer.from([0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 44 + java])
}

function check(entries, { level = 8 } = {}) {
  writeFileSync(join(home, 'agent.jar'), zip(entries))
  return spawnSync('java', ['-cp', home, 'CheckJar', join(home, 'agent.jar'), `${level}`], { encoding: 'utf8' })
}

test('a JAR with all that it needs and nothing else passes', () => {
  expect(check(GOOD)).toMatchObject({ status: 0, stderr: '' })
})

test('so does one of 1 MB, and not one byte more', () => {
  const empty = zip([...GOOD, { name: 'dev/makoto/Big.class', text: classOf(8), stored: true }]).length
  const fill = (bytes) => Buffer.concat([classOf(8), Buffer.alloc(bytes - empty)])
  const big = (bytes) => [...GOOD, { name: 'dev/makoto/Big.class', text: fill(bytes), stored: true }]
  expect(check(big(1 << 20))).toMatchObject({ status: 0, stderr: '' })
  const { status, stderr } = check(big((1 << 20) + 1))
  expect(status).toBe(1)
  expect(stderr).toBe('agent.jar is larger than 1 MB: 1048577 bytes\n')
})

test.each([
  ['a class of somebody else', 'com/acme/Json.class', 'agent.jar carries com/acme/Json.class'],
  [
    'a service of somebody else',
    'META-INF/services/java.sql.Driver',
    'agent.jar carries META-INF/services/java.sql.Driver',
  ],
  [
    'a class in our name in another place',
    'META-INF/versions/11/dev/makoto/A.class',
    'agent.jar carries META-INF/versions/11/',
  ],
])('a JAR that carries %s is refused', (_, name, words) => {
  const { status, stderr } = check([...GOOD, { name, text: classOf(8) }])
  expect(status).toBe(1)
  expect(stderr).toContain(words)
})

test('a class that is for a later Java than the artefact is refused, and passes where that Java is asked for', () => {
  const entries = [...GOOD, { name: 'dev/makoto/Late.class', text: classOf(17) }]
  const { status, stderr } = check(entries)
  expect(status).toBe(1)
  expect(stderr).toBe('agent.jar has dev/makoto/Late.class for Java 17, and must run on 8\n')
  expect(check(entries, { level: 17 })).toMatchObject({ status: 0 })
})

test.each(NEEDED)('a JAR without %s is refused', (missing) => {
  const { status, stderr } = check(GOOD.filter(({ name }) => name !== missing))
  expect(status).toBe(1)
  expect(stderr).toBe(`agent.jar lacks ${missing}\n`)
})

describe('what is copied into @makoto/spark', () => {
  const jar = 'makoto-spark-9.9_2.13-1.0.0.jar'

  /** A listener with one artefact, whose pom asks nobody to check it. */
  function embed(entries) {
    const listener = mkdtempSync(join(home, 'listener-'))
    const jars = join(listener, 'jars')
    const place = (path, content) => {
      mkdirSync(dirname(join(listener, path)), { recursive: true })
      writeFileSync(join(listener, path), content)
    }
    place('jars/an-earlier-one.jar', '')
    place('spark-9.9_2.13/pom.xml', '<maven.compiler.release>8</maven.compiler.release>')
    place(`spark-9.9_2.13/target/${jar}`, zip(entries))
    place('agent/src/build/CheckJar.java', readFileSync(SOURCE))
    return { status: embedJars({ listener, jars, version: '1.0.0' }), held: existsSync(jars) ? readdirSync(jars) : [] }
  }

  test('is what the check lets pass, with its digest beside it', () => {
    expect(embed(GOOD)).toEqual({ status: 0, held: ['SHA256SUMS', jar] })
  })

  test('is checked, whatever the pom of its module forgot', () => {
    expect(embed([...GOOD, { name: 'com/acme/Json.class', text: classOf(8) }])).toEqual({ status: 1, held: [] })
  })
})
