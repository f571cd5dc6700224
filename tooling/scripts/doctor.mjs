// What the machine must have beside Node: found or missing, and how to get it.
import { spawnSync } from 'node:child_process'

const TOOLS = {
  jdk: {
    title: 'JDK 17 or newer, with javac',
    find: findJdk,
    get: 'apt-get install openjdk-17-jdk-headless · brew install openjdk@17',
  },
  maven: { title: 'Maven 3.8 or newer', find: findMaven, get: 'apt-get install maven · brew install maven' },
  python: {
    title: 'Python 3.10 or newer, with pip',
    find: findPython,
    get: 'apt-get install python3 python3-pip · brew install python',
  },
}

/** Checks the named tools, says which are missing and how to get them; true when nothing is missing. */
export function requireTools(names, { verbose = false } = {}) {
  const checked = names.map((name) => ({ ...TOOLS[name], found: TOOLS[name].find() }))
  const missing = checked.filter(({ found }) => !found.ok)
  for (const { title, found, get } of verbose ? checked : missing) {
    if (found.ok) process.stdout.write(`ok       ${title}: ${found.version}\n`)
    else process.stderr.write(`MISSING  ${title} (${found.reason})\n         get it: ${get}\n`)
  }
  if (missing.length > 0) process.stderr.write('Install what is missing and run the same command again.\n')
  else if (verbose) process.stdout.write('Nothing is missing: npm run demo\n')
  return missing.length === 0
}

function findJdk() {
  const java = readVersion('java', ['-version'], /version "(?:1\.)?(\d+)[^"]*"/)
  const javac = readVersion('javac', ['-version'], /javac (?:1\.)?(\d+)/)
  if (!javac.ok) return { ok: false, reason: java.ok ? 'only a runtime: javac is not on PATH' : java.reason }
  return requireAtLeast(java.ok ? java : javac, [17])
}

function findMaven() {
  return requireAtLeast(readVersion('mvn', ['-v'], /Apache Maven (\d+)\.(\d+)/), [3, 8])
}

function findPython() {
  const python = requireAtLeast(readVersion('python3', ['--version'], /Python (\d+)\.(\d+)/), [3, 10])
  if (!python.ok) return python
  const pip = readVersion('python3', ['-m', 'pip', '--version'], /pip (\d+)/)
  return pip.ok ? python : { ok: false, reason: 'python3 has no pip module' }
}

function readVersion(program, args, pattern) {
  const run = spawnSync(program, args, { encoding: 'utf8' })
  if (run.error) return { ok: false, reason: `${program} is not on PATH` }
  const match = pattern.exec(`${run.stdout}${run.stderr}`)
  if (run.status !== 0 || !match) return { ok: false, reason: `${program} ${args.join(' ')} does not work` }
  const numbers = match.slice(1).map(Number)
  return { ok: true, numbers, version: numbers.join('.') }
}

function requireAtLeast(found, least) {
  if (!found.ok) return found
  const differing = least.findIndex((number, index) => found.numbers[index] !== number)
  const enough = differing === -1 || found.numbers[differing] > least[differing]
  return enough ? found : { ok: false, reason: `found ${found.version}` }
}
