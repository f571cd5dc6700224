import type { Disagreement } from './compare-verifiers.ts'

interface Explanation {
  readonly by: Disagreement['by']
  readonly reason: RegExp
  /** What has to be said by who accepts. */
  readonly said?: RegExp
}

/** Every way in which the two may differ. @see docs/decisions/0036 */
export const EXPLANATIONS: Readonly<Record<string, Explanation>> = {
  'a field, a type or a size that is not in the schema': { by: 'makoto', reason: /^bundle-invalid: bundle: / },
  'base64 in another form': { by: 'makoto', reason: /^(bundle|log)-invalid: .*not standard padded base64/ },
  'JSON that two readers read as two': { by: 'makoto', reason: /^bundle-invalid: the bundle is not readable JSON/ },
  'a proof that says other than its checkpoint': {
    by: 'makoto',
    reason: /^log-invalid: a proof for (another root|a tree of another size|another place)/,
  },
  'a number in another form': {
    by: 'makoto',
    reason: /^log-invalid: a (log index|tree size|integrated time) out of range/,
  },
  'a note or a body in another form': {
    by: 'makoto',
    reason: /^log-invalid: (a signature line|a note|a checkpoint|a tree size|the body of the log entry|a log entry)/,
  },
  'a promise of the log in place of its proof': {
    by: 'makoto',
    reason: /^log-invalid: an entry without proof of inclusion and checkpoint/,
  },
  'a log that is trusted from no date on': {
    by: 'makoto',
    reason: /^trust-invalid: trusted root: tlogs\.\d+\.publicKey\.validFor\.start: /,
  },
  'a message without its digest, which proves nothing': {
    by: 'sigstore',
    reason: /^ValidationError: invalid (v0\.\d )?bundle: content\.messageSignature\.messageDigest$/,
  },
  'a token in another form': { by: 'makoto', reason: /^timestamp-invalid: (DER|timestamp): / },
  'a certificate in another form': {
    by: 'makoto',
    reason: /^certificate-untrusted: a certificate that cannot be read/,
  },
  'one token twice, which counts once': { by: 'sigstore', reason: /duplicate timestamp/, said: /a token twice/ },
  'a token altered in what nobody signed: the name beside the signature, certificates that are not needed': {
    by: 'sigstore',
    reason: /^/,
    said: /a token altered outside its signature/,
  },
  'a token that does not hold, beside a time that does': {
    by: 'sigstore',
    reason: /^/,
    said: /more that does not hold: /,
  },
}

export function explain({ by, reason, said }: Disagreement): string | undefined {
  const found = Object.entries(EXPLANATIONS).find(
    ([, explanation]) =>
      explanation.by === by && explanation.reason.test(reason) && (explanation.said ?? /^/).test(said),
  )
  return found?.[0]
}
