// `npm run demo`: a real Spark job on real data, unchanged, and what can be proven about its result afterwards.
import { runTasks } from './child.mjs'
import { BIN, prepare } from './demo/prepare.mjs'
import { openStage, UnmetExpectation } from './demo/stage.mjs'
import { tellStory } from './demo/story.mjs'

export async function demo() {
  const built = runTasks(['build'], { quiet: true })
  return built === 0 ? (await proveDemo()).status : built
}

/** The demo as a lane of `npm test`: its expectations are counted as tests. */
export async function proveDemo() {
  const began = Date.now()
  const { authority, cosign } = await prepare()
  const stage = openStage(BIN)
  try {
    await tellStory(stage, { authority, cosign })
  } catch (error) {
    if (!(error instanceof UnmetExpectation)) throw error
  } finally {
    await authority.close()
  }
  const { passed, failed, skipped } = stage.counts
  const seconds = Math.round((Date.now() - began) / 1000)
  process.stdout.write(
    `\n${failed === 0 ? 'All' : `${passed} of`} ${passed + failed} expectations held${skipped > 0 ? `, ${skipped} were skipped` : ''}, in ${seconds} s.\n`,
  )
  return { status: failed === 0 ? 0 : 1, counts: [stage.counts] }
}
