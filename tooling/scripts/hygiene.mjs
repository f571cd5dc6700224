// What a committed file must not hold, and how a manifest must look.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { listManifests } from './install.mjs'
import { ROOT } from './toolchain.mjs'

const MAX_TEXT_BYTES = 2 * 1024 * 1024
const MACHINE_PATH = new RegExp(`(?<![\\w.$}/-])/(?:${['tmp', 'work', 'farm', 'root', 'home'].join('|')})/[A-Za-z]`)
const REGISTRY_HOST = new RegExp(
  [
    'registry\\.npmjs',
    'repo1?\\.maven',
    'pypi\\.(?:org|python)',
    'pythonhosted',
    'static\\.crates',
    'proxy\\.golang',
    'deb\\.debian',
  ]
    .map((host) => `${host}\\.`)
    .join('|'),
)
const MANIFEST_FIELDS = new Set(
  [
    'name',
    'version',
    'private',
    'description',
    'license',
    'type',
    'engines',
    'sideEffects',
    'bin',
    'files',
    'exports',
    'imports',
    'scripts',
  ].concat(['dependencies', 'devDependencies', 'peerDependencies', 'peerDependenciesMeta', 'optionalDependencies']),
)
const PUBLISHED_NEEDS = ['description', 'engines', 'files']
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall', 'prepare']

/** One line a fault: `path:line: what`. */
export function findHygieneFaults() {
  return [...listCommittedFiles().flatMap(findTextFaults), ...findManifestFaults()]
}

function listCommittedFiles() {
  const listed = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  if (listed.status !== 0) throw new Error(`git ls-files failed: ${listed.stderr}`)
  return listed.stdout.split('\0').filter((path) => path !== '' && !path.startsWith('fixtures/'))
}

function findTextFaults(path) {
  const bytes = readIfThere(path)
  if (!bytes || bytes.length > MAX_TEXT_BYTES || bytes.includes(0)) return []
  return bytes
    .toString('utf8')
    .split('\n')
    .flatMap((line, index) => findLineFaults(line).map((fault) => `${path}:${index + 1}: ${fault}`))
}

export function findLineFaults(line) {
  const faults = []
  if (MACHINE_PATH.test(line)) faults.push('a path of one machine')
  if (REGISTRY_HOST.test(line)) faults.push('a registry host')
  return faults
}

function readIfThere(path) {
  try {
    return readFileSync(join(ROOT, path))
  } catch {
    return undefined
  }
}

function findManifestFaults() {
  const manifests = listManifests().map((path) => ({
    path,
    manifest: JSON.parse(readFileSync(join(ROOT, path), 'utf8')),
  }))
  const version = manifests[0]?.manifest.version
  return manifests.flatMap(({ path, manifest }) => judgeManifest(manifest, version).map((fault) => `${path}: ${fault}`))
}

export function judgeManifest(manifest, version) {
  const faults = Object.keys(manifest)
    .filter((field) => !MANIFEST_FIELDS.has(field))
    .map((field) => `field "${field}" has no use here`)
  if (manifest.license !== 'Apache-2.0') faults.push('license is not Apache-2.0')
  if (manifest.version !== version) faults.push(`version ${manifest.version} differs from ${version}`)
  for (const script of INSTALL_SCRIPTS)
    if (manifest.scripts?.[script]) faults.push(`runs code at installation (${script})`)
  if (manifest.private) return faults
  for (const field of PUBLISHED_NEEDS) if (!manifest[field]) faults.push(`is published without "${field}"`)
  if (!manifest.exports && !manifest.bin) faults.push('is published with neither exports nor bin')
  return faults
}
