import { type RunReport, type VerifyRunOptions, verifyRun } from '@makoto/core'
import { type Agent, openAgent, RUN } from './agent.ts'
import { type Attested, openScene, type Scene } from './scene.ts'

/** A run of tenant A about to begin: its input is attested, its output lies there. */
export interface RunScene {
  readonly scene: Scene
  readonly agent: Agent
  readonly raw: Attested
  /** A second later than whatever was done last. */
  readonly verify: (options?: Partial<VerifyRunOptions>) => Promise<RunReport>
}

export async function openRunScene(): Promise<RunScene> {
  const scene = await openScene()
  scene.write('tenant-a/raw', { 'a.csv': 'alpha\n' })
  scene.write('tenant-a/out', { 'x.parquet': 'x' })
  const raw = await scene.attest('tenant-a/raw')
  const verify = (options: Partial<VerifyRunOptions> = {}) => {
    scene.advance(1)
    return verifyRun(RUN, { store: scene.store, trust: scene.trust, at: scene.now(), ...options })
  }
  return { scene, agent: openAgent(scene), raw, verify }
}

export const codeOf = ({ failure }: RunReport) => failure?.code
