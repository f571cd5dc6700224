// Somebody else's job on somebody else's data, on every Spark that there is an agent for: a lane of `npm test`.
import { listArtefacts } from './artefacts.mjs'
import { openStage, UnmetExpectation } from './demo/stage.mjs'
import { prepareJudges, prepareSpark } from './foreign/prepare.mjs'
import { tellForeignStory } from './foreign/story.mjs'

/** Its expectations are counted as tests; where one does not hold, the other Sparks are still tried. */
export async function proveForeignJobs() {
  const { authority, ...judges } = await prepareJudges()
  const counts = []
  try {
    for (const artefact of listArtefacts()) counts.push(await proveOn(artefact, { authority, ...judges }))
  } finally {
    await authority.close()
  }
  return { status: counts.every(({ failed }) => failed === 0) ? 0 : 1, counts }
}

async function proveOn(artefact, judges) {
  const { home, bin } = prepareSpark(artefact, judges)
  const stage = openStage(bin)
  const other = listArtefacts().find(({ scala }) => scala !== artefact.scala)?.spark
  try {
    await tellForeignStory(stage, { ...judges, home, spark: artefact.spark, other })
  } catch (error) {
    if (!(error instanceof UnmetExpectation)) throw error
  }
  return stage.counts
}
