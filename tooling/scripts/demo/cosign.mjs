// The same bundle before another judge, where cosign is installed.
import { spawnSync } from 'node:child_process'
import { ROOT } from '../toolchain.mjs'
import { BIN } from './prepare.mjs'

/** Has cosign verify every bundle of the chain that `verify` found; says so and goes on where there is no cosign. */
export async function judgeWithCosign({ tell, type, expect }, verify) {
  tell('Another judge', 'A bundle is a Sigstore bundle: cosign knows nothing of Makoto, and verifies it.')
  if (spawnSync('cosign', ['version']).status !== 0) {
    process.stdout.write('   cosign is not installed here: skipped.\n')
    return
  }
  const [result, ...upstream] = readChain(verify).map(renderCommand)
  const judged = await type(result)
  expect('cosign agrees', isVerified(judged))
  const others = upstream.map((command) => runHere(command))
  expect(`and on the other ${others.length} bundles of the chain`, others.length > 0 && others.every(isVerified))
}

function renderCommand({ reference, predicateType, sha256 }) {
  const options = `--key .demo/keys/demo.pub --insecure-ignore-tlog --type ${predicateType}`
  const data = `--digest ${sha256} --digestAlg sha256`
  return `cosign verify-blob-attestation --bundle .demo/store/${reference} ${options} ${data}`
}

const isVerified = ({ code, text }) => code === 0 && text.includes('Verified OK')

function readChain(verify) {
  return JSON.parse(runHere(`${verify} --json`).out).chain
}

function runHere(command) {
  const env = { ...process.env, PATH: `${BIN}:${process.env.PATH}` }
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command], { cwd: ROOT, encoding: 'utf8', env })
  return { code: status, out: stdout, text: `${stdout}${stderr}` }
}
