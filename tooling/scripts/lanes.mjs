// A lane is one part of `npm test` that fails or passes by itself: its name, what it counted, how long it took.
import { sumCounts } from './reports.mjs'

/**
 * Runs `work`, which answers an exit code or `{ status, counts, absent }` (`absent`: what it would need and could not have), and prints the lane's beginning and end.
 * A lane that failed without a failed test counts as one failure, so that the last line never says less than the exit code.
 */
export async function runLane(name, work, { counted = false } = {}) {
  const began = Date.now()
  process.stdout.write(`\n── ${name} ──\n`)
  const counts = judgeOutcome(await settle(work), { counted })
  const seconds = ((Date.now() - began) / 1000).toFixed(1)
  const lane = { name, seconds, ...counts }
  process.stdout.write(`${renderLane(lane)}\n`)
  return lane
}

async function settle(work) {
  try {
    const outcome = await work()
    return typeof outcome === 'number' ? { status: outcome } : outcome
  } catch (error) {
    process.stdout.write(`${error.stack}\n`)
    return { status: 1 }
  }
}

export function judgeOutcome({ status, counts = [], absent = '' }, { counted }) {
  const { passed, failed, skipped } = sumCounts(counts)
  const ranNothing = counted && passed + failed === 0 && absent === ''
  const failedOtherwise = failed === 0 && (status !== 0 || ranNothing)
  return {
    passed,
    failed: failedOtherwise ? 1 : failed,
    skipped: skipped + (absent === '' ? 0 : 1),
    note: failedOtherwise && ranNothing ? 'ran no test' : absent && `skipped: ${absent}`,
  }
}

export function renderLane({ name, seconds, passed, failed, skipped, note }) {
  const counts =
    passed + failed + skipped === 0
      ? 'ok'
      : `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
  return `${failed > 0 ? 'FAILED' : 'ok    '}  ${name}: ${note || counts} (${seconds} s)`
}
