// Somebody else's job, unchanged, under one Spark: configured by what `makoto spark conf` prints, then proven by others.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { agreesOnAll, renderJudgement } from '../demo/cosign.mjs'
import { ROOT } from '../toolchain.mjs'

/** What the job writes, how many rows each holds, and by which name a verifier asks for it where that is not its place. */
const DATASETS = [
  { name: 'measured', rows: 333 },
  { name: 'by_year', rows: 344 },
  { name: 'by_island', rows: 343 },
  { name: 'species', rows: 9, table: 'dataset:spark_catalog.default.species' },
  { name: 'heavy', rows: 170 },
]

/** `scene` names the folder, the Spark, and the judges; `other` is a Spark whose JAR this one cannot run. */
export async function tellForeignStory(stage, scene) {
  await makeKey(stage, scene)
  await runJob(stage, scene)
  const chains = []
  for (const dataset of DATASETS) chains.push(await proveDataset(stage, scene, dataset))
  await proveRun(stage, scene)
  await judgeBundles(stage, scene, chains.flat())
  if (scene.other !== undefined) await runWithOthersJar(stage, scene)
}

async function makeKey({ tell, type, expect }, { home, spark }) {
  tell(`Spark ${spark}: a key`)
  expect('it is made', (await type(`makoto key generate --out ${home}/job`)).code === 0)
}

async function runJob({ tell, ask, type, expect }, scene) {
  const { home, spark } = scene
  tell(`Spark ${spark}: a job that knows nothing of Makoto`, 'With the arguments that makoto prints, and nothing else.')
  const configured = await type(renderConfiguration(scene, { spark, store: 'store', file: 'arguments' }))
  expect('makoto prints arguments for spark-submit', configured.code === 0)
  const printed = await type(`cat ${home}/arguments`)
  const jar = (await ask(`makoto spark jar --spark ${spark}`)).out.trim()
  expect('they name the published JAR', printed.out.includes(`--jars ${pathToFileURL(jar)} `))
  const ran = await type(renderSubmission(scene, { file: 'arguments', lake: 'lake' }))
  expect('the job ends well', ran.code === 0)
  const counted = DATASETS.map(({ name, rows }) => `${name}=${rows}`)
  expect(`with the rows that it has without an agent: ${counted.join(' ')}`, holdsLines(ran.out, counted))
}

async function proveDataset({ tell, ask, type, expect }, scene, { name, table }) {
  tell(`Spark ${scene.spark}: may I trust ${name}?`)
  const asName = table === undefined ? '' : ` --name ${table}`
  const verify = `makoto verify ${scene.home}/lake/${name}${asName} ${renderTrust(scene)} --level 2`
  const verified = await type(verify, {
    show: (lines) => lines.filter((line) => /^(FAILED|(NOT )?PROVEN| {2})/.test(line)),
  })
  expect('proven at level 2', verified.code === 0 && /^PROVEN L2/m.test(verified.text))
  expect('back to the data that the job found', /^ {2}observed origins: 1$/m.test(verified.text))
  return JSON.parse((await ask(`${verify} --json`)).out).chain
}

async function proveRun({ tell, type, expect }, scene) {
  tell(`Spark ${scene.spark}: and is that all it did?`)
  const runs = readdirSync(join(ROOT, scene.home, 'store', 'runs'))
  expect('one run lies in the store', runs.length === 1)
  const checked = await type(`makoto verify-run ${runs[0]} ${renderTrust(scene)} --complete ${renderBounds(scene)}`)
  expect('nothing was dropped, nothing else was touched', checked.code === 0 && /^PROVEN L2/m.test(checked.text))
}

async function judgeBundles({ tell, ask, expect, skip }, { home, spark, cosign }, chain) {
  tell(`Spark ${spark}: what cosign says`)
  const judgements = new Set(
    chain.map((link) => renderJudgement(link, { store: `${home}/store`, key: `${home}/job.pub` })),
  )
  const what = `cosign on the ${judgements.size} bundles behind them`
  if (cosign.program === undefined) skip(what, cosign.reason)
  else expect(`${what}: verified`, await agreesOnAll({ ask }, [...judgements]))
}

/** Somebody gave a cluster the JAR of another Spark, for another Scala: it attests nothing, and must not be in the way. */
async function runWithOthersJar({ tell, ask, type, expect }, scene) {
  const { home, spark, other } = scene
  tell(`Spark ${spark}: with the JAR for Spark ${other}`)
  await ask(renderConfiguration(scene, { spark: other, store: 'others-store', file: 'others-arguments' }))
  const ran = await type(renderSubmission(scene, { file: 'others-arguments', lake: 'others-lake', only: 'measured' }))
  expect('the job ends well', ran.code === 0)
  expect('with its rows', holdsLines(ran.out, ['measured=333']))
  expect(
    'nothing is attested, and the log says why',
    ran.text.includes(`this JAR is for Spark ${other} `) && !existsSync(join(ROOT, home, 'others-store')),
  )
}

function renderConfiguration({ home, authority }, { spark, store, file }) {
  const agent = `--spark ${spark} --sink "$PWD/${home}/${store}" --key ${home}/job.key --timestamp-url ${authority.url}`
  return `makoto spark conf --target submit ${agent} > ${home}/${file}`
}

/** As whoever pastes the printed arguments before their own. */
function renderSubmission({ home }, { file, lake, only = '' }) {
  const own = `--master 'local[2]' --conf spark.ui.enabled=false --conf spark.sql.shuffle.partitions=2`
  const warehouse = `--conf spark.sql.warehouse.dir=${home}/${lake} --class Penguins`
  const application = `${home}/job.jar ${home}/raw/penguins.csv ${home}/${lake} ${only}`.trimEnd()
  return `eval "spark-submit $(cat ${home}/${file}) ${own} ${warehouse} ${application}"`
}

/** Where the job may have been: among its own files, and in the table of the session's catalogue. */
function renderBounds({ home }) {
  const inside = `file:${join(ROOT, home)}`
  const table = 'spark_catalog.default.species'
  return `--reads '${inside}/**' --reads ${table} --writes '${inside}/lake/**' --writes ${table}`
}

const renderTrust = (scene) => `--store ${scene.home}/store ${renderSigners(scene)}`
const renderSigners = ({ home, tsaRoot }) => `--key ${home}/job.pub --tsa-root ${tsaRoot}`

function holdsLines(text, wanted) {
  const lines = text.split('\n')
  return wanted.every((line) => lines.includes(line))
}
