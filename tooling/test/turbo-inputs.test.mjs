import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { FOLDERS } from '../scripts/surroundings.mjs'
import { ROOT } from '../scripts/toolchain.mjs'
import { followReferences, listFiles } from './references.mjs'

const TURBO = join(ROOT, 'node_modules', '.bin', 'turbo')
const { tasks, globalCacheInputs } = planTasks()
const FILES = listFiles()

/** What turbo would run, and for each task the files of which it asks whether they changed. */
function planTasks() {
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1' }
  const options = { cwd: ROOT, encoding: 'utf8', env, maxBuffer: 1 << 28 }
  return JSON.parse(execFileSync(TURBO, ['run', 'test', 'types', '--dry=json', '--cache=local:r'], options))
}

/** A task's own files, those of the tasks that it waits for, and those of all. */
function hashedFiles(task) {
  const before = task.dependencies
    .map((id) => tasks.find(({ taskId }) => taskId === id))
    .filter(({ command }) => isReal(command))
  const own = Object.keys(task.inputs).map((path) => join(task.directory, path))
  return new Set([...own, ...before.flatMap((one) => [...hashedFiles(one)]), ...Object.keys(globalCacheInputs.files)])
}

const isReal = (command) => command !== '<NONEXISTENT>'

/** Where a task begins to read: with the package's tests, and their configuration where it runs them. */
function startOf({ directory, task }) {
  const config = `${directory}/vitest.config.ts`
  const tests = FILES.filter((path) => path.startsWith(`${directory}/test/`) && path.endsWith('.ts'))
  return task === 'test' ? [...tests, ...FILES.filter((path) => path === config)] : tests
}

const checked = tasks.filter((one) => one.task !== 'build' && isReal(one.command) && startOf(one).length > 0)

test('there are tasks to look at', () => {
  expect(checked.map(({ taskId }) => taskId)).toEqual(
    expect.arrayContaining(['@makoto/core#test', '@makoto/cli#types']),
  )
})

describe.each(checked.map((task) => [task.taskId, task]))('%s runs again', (_, task) => {
  const hashed = hashedFiles(task)

  test('when a file changes that its tests import', () => {
    const { imported } = followReferences(startOf(task))
    expect(imported.filter((path) => !hashed.has(path))).toEqual([])
  })
})

const running = checked.filter(({ task }) => task === 'test')

describe.each(running.map((task) => [task.taskId, task]))('%s runs again', (_, task) => {
  const { read } = followReferences(startOf(task))

  test('when a file changes that its tests read', () => {
    const hashed = hashedFiles(task)
    const inside = read.filter((path) => !path.startsWith('..') && path !== `${task.directory}/`)
    const below = (path) => (file) => file === path || (path.endsWith('/') && file.startsWith(path))
    const files = inside.flatMap((path) => FILES.filter(below(path)))
    expect(files.filter((path) => !hashed.has(path))).toEqual([])
  })

  test('when something changes that they read beside the repository', () => {
    const outside = read.filter((path) => path.startsWith('..'))
    expect(outside.filter((path) => !FOLDERS.some((folder) => `${path}/`.startsWith(`${folder}/`)))).toEqual([])
    expect(task.environmentVariables.specified.env).toContain('MAKOTO_SURROUNDINGS')
  })
})

test('the JVM tests run again when a file changes that they read outside their modules', () => {
  const sources = FILES.filter((path) => /^packages\/spark-listener\/.*\/src\/test\/.*\.(java|scala)$/.test(path))
  const texts = sources.map((path) => readFileSync(join(ROOT, path), 'utf8'))
  const places = texts.flatMap((text) =>
    [...text.matchAll(/root\(\)\.resolve\("([^"]+)"\)/g)].map(([, place]) => place),
  )
  expect(places).toEqual(expect.arrayContaining(['fixtures', '../shared/corpora']))
  const hashed = hashedFiles(tasks.find(({ taskId }) => taskId === '@makoto/spark-listener#test'))
  const inside = places.filter((place) => !FOLDERS.includes(place))
  const files = FILES.filter((file) => inside.some((place) => file.startsWith(`${place}/`)))
  expect(files.filter((path) => !hashed.has(path))).toEqual([])
})
