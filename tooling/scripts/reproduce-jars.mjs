// Builds the agent's JARs a second time, in another place, time zone, language and umask, and compares them byte for byte
// with those that would be published: what differs could not be checked by anybody else.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, sep } from 'node:path'
import { ROOT } from './toolchain.mjs'
import { readZipEntries } from './zip-entries.mjs'

const LISTENER = join(ROOT, 'packages', 'spark-listener')
const JARS = join(ROOT, 'packages', 'spark', 'jars')
const NAME = /^makoto-(spark-\d+\.\d+_\d+\.\d+)-(.+)\.jar$/
const LEFT_OUT = new Set(['target', 'node_modules', '.turbo'])
/** Turkish has another lower case of I, and this zone's date is a day ahead of most. */
const ELSEWHERE = '-Duser.language=tr -Duser.country=TR -Duser.timezone=Pacific/Kiritimati'

/** Answers an exit code. */
export function reproduceJars({ source = LISTENER, jars = JARS } = {}) {
  const names = readdirSync(jars).filter((name) => NAME.test(name))
  if (names.length === 0) throw new Error('there are no JARs to compare with: run the build first')
  const folder = join(realpathSync(mkdtempSync(join(tmpdir(), 'makoto-again-'))), 'elsewhere')
  try {
    cpSync(source, folder, { recursive: true, filter: (path) => !isLeftOut(relative(source, path)) })
    if (buildAgain(folder, names) !== 0) return 1
    const differences = names.map((name) => {
      const [, module] = NAME.exec(name)
      const again = readFileSync(join(folder, module, 'target', name))
      return { name, difference: explainDifference(readFileSync(join(jars, name)), again) }
    })
    for (const { name, difference } of differences)
      process.stdout.write(`${name}: ${difference ?? 'the same bytes again'}\n`)
    return differences.every(({ difference }) => difference === undefined) ? 0 : 1
  } finally {
    rmSync(join(folder, '..'), { recursive: true, force: true })
  }
}

function isLeftOut(path) {
  return path.split(sep).some((part) => LEFT_OUT.has(part))
}

function buildAgain(folder, names) {
  const modules = names.map((name) => NAME.exec(name)[1])
  const [, , revision] = NAME.exec(names[0])
  const skipped = ['-Dmaven.test.skip=true', '-Dexec.skip=true', '-Dmdep.skip=true']
  const before = process.umask(0o077)
  const child = spawnSync(
    'mvn',
    [
      '-B',
      '-q',
      '-T2',
      '-Dstyle.color=never',
      `-Drevision=${revision}`,
      ...skipped,
      '-pl',
      modules.join(','),
      '-am',
      'package',
    ],
    {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      env: {
        ...process.env,
        TZ: 'Pacific/Kiritimati',
        LC_ALL: 'C',
        MAVEN_OPTS: `${process.env.MAVEN_OPTS ?? ''} ${ELSEWHERE}`.trim(),
      },
    },
  )
  process.umask(before)
  if (child.status !== 0)
    process.stdout.write(`${child.error?.message ?? ''}${child.stdout ?? ''}${child.stderr ?? ''}\n`)
  return child.status ?? 1
}

/** What differs first between two JARs, in words; undefined where nothing does. */
export function explainDifference(published, again) {
  if (published.equals(again)) return undefined
  const left = readZipEntries(published)
  const right = readZipEntries(again)
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const [one, other] = [left[index], right[index]]
    if (one?.name !== other?.name)
      return `entry ${index + 1} is ${one?.name ?? 'not there'}, and ${other?.name ?? 'not there'} when built again`
    const field = ['time', 'attributes', 'made', 'extra'].find((name) => one[name] !== other[name])
    if (field !== undefined) return `${one.name} differs in its ${field}`
    if (!one.content.equals(other.content))
      return `${one.name} differs in its content, from byte ${firstDifference(one.content, other.content)}`
  }
  return 'the same entries in other bytes'
}

function firstDifference(left, right) {
  const at = left.findIndex((byte, index) => byte !== right[index])
  return at < 0 ? left.length : at
}
