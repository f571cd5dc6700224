import type { FailureCode, MakotoErrorCode } from '@makoto/core'

/**
 * Every exit code, in the one place where they are decided. `docs/guide/exit-codes.md` is made from it.
 *
 * `failures` are the verdict's codes, `errors` the codes of what could not be done at all.
 */
export const EXIT_CODES = {
  ok: { code: 0, meaning: 'proven, or done as asked' },
  unexpected: {
    code: 1,
    meaning:
      'it could not be done: a store, a key service or an authority that is not reached, a damaged archive or index, something that `doctor` misses, or a fault of ours; nothing is known about the data',
  },
  usage: { code: 2, meaning: 'the command line cannot be used: an option, a key or a URI is wrong' },
  noAttestation: { code: 3, meaning: 'no attestation of this data is known' },
  verificationFailed: {
    code: 4,
    meaning:
      'verification failed, nothing is proven: something contradicts, nobody signed it whom you trust, or a time, a log or a witness that you ask for is missing',
  },
  levelNotMet: {
    code: 5,
    meaning: 'nothing contradicts, but the level or the policy asked for is not met; of `policy test`, an expectation',
  },
  dataUnreadable: { code: 6, meaning: 'the data could not be read in full' },
  dataChanged: {
    code: 7,
    meaning: 'the data changed after it was proven, before or while the command of --then used it',
  },
  interrupted: { code: 130, meaning: 'interrupted by Ctrl-C' },
} as const satisfies Record<string, { code: number; meaning: string }>

export type Exit = keyof typeof EXIT_CODES

/** How a command ends: in the table's words, or with the code of the program that it ran. */
export type Ending = Exit | { readonly passedOn: number }

export function codeOf(ending: Ending): number {
  return typeof ending === 'string' ? EXIT_CODES[ending].code : ending.passedOn
}

const ERRORS: Partial<Record<MakotoErrorCode, Exit>> = {
  aborted: 'interrupted',
  'data-changed': 'dataUnreadable',
  'data-unreadable': 'dataUnreadable',
  'files-left-out': 'levelNotMet',
  'identity-missing': 'usage',
  'jar-not-found': 'usage',
  'key-invalid': 'usage',
  'key-unreadable': 'usage',
  'key-unsupported': 'usage',
  'key-uri-invalid': 'usage',
  'memory-invalid': 'usage',
  'memory-unsafe': 'usage',
  'memory-unusable': 'usage',
  'name-invalid': 'usage',
  'options-invalid': 'usage',
  'password-missing': 'usage',
  'password-wrong': 'usage',
  'path-invalid': 'dataUnreadable',
  'policy-invalid': 'usage',
  'provider-missing': 'usage',
  'sink-log-invalid': 'dataUnreadable',
  'source-unsupported': 'usage',
  'special-file': 'dataUnreadable',
  'store-read-only': 'usage',
  'store-unsupported': 'usage',
  'symlink-refused': 'dataUnreadable',
  'table-found': 'dataUnreadable',
  'trust-invalid': 'usage',
}

const FAILURES: Partial<Record<FailureCode, Exit>> = {
  'no-attestation': 'noAttestation',
  'level-not-met': 'levelNotMet',
  'origins-not-attested': 'levelNotMet',
  'policy-not-met': 'levelNotMet',
  'rendering-refused': 'levelNotMet',
  'not-fresh': 'levelNotMet',
  'run-incomplete': 'levelNotMet',
  'run-outside': 'levelNotMet',
  'run-unfinished': 'levelNotMet',
  'window-gap': 'levelNotMet',
}

/** The exit for something that could not be done. */
export function exitForError(code: MakotoErrorCode): Exit {
  return ERRORS[code] ?? 'unexpected'
}

/** The exit for a verdict: a signer, a time, a log or a witness that was asked for and is missing counts as a contradiction. */
export function exitForFailure(code: FailureCode | undefined): Exit {
  if (code === undefined) return 'ok'
  return FAILURES[code] ?? 'verificationFailed'
}
