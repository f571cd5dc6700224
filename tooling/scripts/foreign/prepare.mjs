// What a person with a job of their own has before they hear of Makoto: data, a JAR, spark-submit; and makoto beside it.
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { findCosign, linkCosign } from '../cosign.mjs'
import { startClock } from '../demo/clock.mjs'
import { classPathOf, writeMakoto, writeSparkSubmit } from '../demo/launchers.mjs'
import { requireSuccess } from '../demo/pinned-archive.mjs'
import { ROOT } from '../toolchain.mjs'
import { layPenguins } from './data.mjs'

const HOME = '.foreign'
const JOB = 'examples/penguins/Penguins.java'
const QUIETLY = ['-proc:none', '-nowarn', '-encoding', 'UTF-8']

/** What all Sparks share: the running timestamp authority, whose root lies in `tsaRoot`, and which cosign there is. */
export async function prepareJudges() {
  const tsaRoot = `${HOME}/tsa.pem`
  mkdirSync(join(ROOT, HOME), { recursive: true })
  return { authority: await startClock(join(ROOT, tsaRoot)), tsaRoot, cosign: findCosign() }
}

/** A fresh folder for one Spark, relative to the repository's root; `bin` in it has the commands, `job.jar` is the job. */
export function prepareSpark({ module, spark }, { cosign }) {
  const home = `${HOME}/${spark}`
  const place = join(ROOT, home)
  rmSync(place, { recursive: true, force: true })
  mkdirSync(place)
  layPenguins(join(place, 'raw', 'penguins.csv'), join(ROOT, HOME, 'cache'))
  compileJob(module, place)
  const bin = join(place, 'bin')
  writeMakoto(bin)
  writeSparkSubmit(bin, { module, scratch: join(place, 'scratch') })
  linkCosign(bin, cosign)
  return { home, bin }
}

/** For each Spark by itself, as its users would: their classes are not the same ones. */
function compileJob(module, place) {
  const classes = join(place, 'classes')
  const classPath = readFileSync(join(ROOT, classPathOf(module)), 'utf8').trim()
  requireSuccess('javac', [...QUIETLY, '-cp', classPath, '-d', classes, JOB])
  requireSuccess('jar', ['--create', '--file', join(place, 'job.jar'), '-C', classes, '.'])
}
