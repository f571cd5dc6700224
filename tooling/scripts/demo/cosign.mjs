// The same bundle before another judge, where cosign is installed.
import { spawnSync } from 'node:child_process'
import { ROOT } from '../toolchain.mjs'
import { BIN } from './prepare.mjs'

const TRANSFORM = 'https://makoto.dev/transform/v1'

/** Has cosign verify the bundle that `verify` found for the result; says so and goes on where there is no cosign. */
export async function judgeWithCosign({ tell, type, expect }, verify) {
  tell('Another judge', 'A bundle is a Sigstore bundle: cosign knows nothing of Makoto, and verifies it.')
  if (spawnSync('cosign', ['version']).status !== 0) {
    process.stdout.write('   cosign is not installed here: skipped.\n')
    return
  }
  const { dataset, chain } = readReport(verify)
  const options = `--key .demo/keys/demo.pub --insecure-ignore-tlog --type ${TRANSFORM}`
  const data = `--digest ${dataset.sha256} --digestAlg sha256`
  const judged = await type(
    `cosign verify-blob-attestation --bundle .demo/store/${chain[0].reference} ${options} ${data}`,
  )
  expect('cosign agrees', judged.code === 0 && judged.text.includes('Verified OK'))
}

function readReport(verify) {
  const env = { ...process.env, PATH: `${BIN}:${process.env.PATH}` }
  const reported = spawnSync('sh', ['-c', `${verify} --json`], { cwd: ROOT, encoding: 'utf8', env })
  return JSON.parse(reported.stdout)
}
