import { buildOrigin, datasetName, digestDataset } from '@makoto/core'
import type { Attested, Scene } from './scene.ts'

/** What a job states that found data and nobody who attested it. */
export async function observe(scene: Scene, dataset: string): Promise<Attested> {
  scene.advance(1)
  return scene.seal(
    buildOrigin({
      dataset: { name: datasetName(scene.path(dataset)), ...(await digestDataset(scene.path(dataset))) },
      previous: null,
      predicate: {
        origin: {
          source: scene.path(dataset),
          collectionTimestamp: scene.now().toISOString(),
          collectionMethod: 'observed-at-read',
        },
        collector: { id: `${scene.signer.id}#observer` },
      },
    }),
  )
}
