// Everything that is wrong with the tree without running it: format and lint, hygiene, types.
import { runTasks, runTool } from './child.mjs'
import { findHygieneFaults } from './hygiene.mjs'

export function check() {
  const statuses = [lint(), checkHygiene(), runTasks(['types'], { quiet: true })]
  const failed = statuses.filter((status) => status !== 0).length
  process.stdout.write(failed === 0 ? 'format, hygiene and types are in order\n' : `${failed} of 3 checks failed\n`)
  return failed === 0 ? 0 : 1
}

export function lint() {
  return runTool('biome', ['check', '--error-on-warnings'])
}

export function checkHygiene() {
  const faults = findHygieneFaults()
  for (const fault of faults) process.stdout.write(`${fault}\n`)
  return faults.length === 0 ? 0 : 1
}
