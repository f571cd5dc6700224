// The same bundles before another judge, where cosign is installed.

/** Has cosign verify every bundle of the chain that `verify` finds; says so and goes on where there is no cosign. */
export async function judgeWithCosign({ tell, ask, type, expect, skip }, { verify, store, key, cosign }) {
  tell('Another judge', 'A bundle is a Sigstore bundle: cosign knows nothing of Makoto, and verifies it.')
  if (cosign.program === undefined) {
    skip('cosign on the result', cosign.reason)
    skip('cosign on the other bundles of the chain', cosign.reason)
    return
  }
  const { chain } = JSON.parse((await ask(`${verify} --json`)).out)
  const [result, ...upstream] = chain.map((link) => renderJudgement(link, { store, key }))
  expect('cosign agrees', isVerified(await type(result)))
  expect(`and on the other ${upstream.length} bundles of the chain`, await agreesOnAll({ ask }, upstream))
}

/** Whether cosign verifies what each of these commands asks. */
export async function agreesOnAll({ ask }, judgements) {
  for (const judgement of judgements) if (!isVerified(await ask(judgement))) return false
  return judgements.length > 0
}

/** The command that asks cosign about one link of a chain: its bundle, under this key, for this type and digest. */
export function renderJudgement({ reference, predicateType, sha256 }, { store, key }) {
  const options = `--key ${key} --insecure-ignore-tlog --type ${predicateType}`
  const data = `--digest ${sha256} --digestAlg sha256`
  return `cosign verify-blob-attestation --bundle ${store}/${reference} ${options} ${data}`
}

const isVerified = ({ code, text }) => code === 0 && text.includes('Verified OK')
