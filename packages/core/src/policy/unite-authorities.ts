import { sha256Hex } from '../digest/sha256.ts'
import { MakotoError } from '../errors.ts'
import type { TimestampAuthority } from '../trust/index.ts'
import type { CertificateAuthority, TrustedLog, ValidFor } from '../trust/trust.ts'

/** Of one authority, as many as a file of Sigstore's form may list. */
const MAX_WORDS = 64

type Dated = { readonly validFor: ValidFor }
type Certificates = TimestampAuthority['signers']

/** How to tell that two entries speak of one authority, what they allow together, and that they say the same of it. */
interface Union<T> {
  readonly idOf: (one: T) => string
  readonly meet: (one: T, other: T) => readonly T[]
  readonly keyOf: (one: T) => string
}

/** Of the same root, an entry for each kind: only a Fulcio speaks for issuers. */
export const uniteCertificateAuthorities = (entries: readonly (readonly CertificateAuthority[])[]) =>
  unite(entries, {
    idOf: ({ kind, id }) => `${kind} ${id}`,
    meet: (one, other) => meetWindows(one, other).map((met) => addIntermediates(met, other)),
    keyOf: ({ validFor, intermediates }) => `${keyOfWindow(validFor)} ${keyOfAll(intermediates)}`,
  })

/** One that an entry limits to listed signers is limited to them in every other. */
export const uniteTimestampAuthorities = (entries: readonly (readonly TimestampAuthority[])[]) =>
  unite(entries, {
    idOf: ({ id }) => id,
    meet: (one, other) => {
      const signers = meetSigners(one.signers, other.signers)
      return signers ? meetWindows(one, other).map((met) => ({ ...addIntermediates(met, other), signers })) : []
    },
    keyOf: ({ validFor, intermediates, signers }) =>
      `${keyOfWindow(validFor)} ${keyOfAll(intermediates)} ${keyOfAll(signers)}`,
  })

/** A log is its key: under another id or origin it is the same one. */
export const uniteLogs = (entries: readonly (readonly TrustedLog[])[]) =>
  unite(entries, {
    idOf: ({ key }) => key.id,
    meet: meetLogs,
    keyOf: ({ id, origin, validFor }) => JSON.stringify([id, origin, keyOfWindow(validFor)]),
  })

/**
 * Unites what the entries of a policy trust. What several of them name is trusted where all of these hold, as a key
 * that is named twice: a file that names an authority again, without an end, would else give back what the file that
 * it extends has ended. Several windows within one entry are one word, and any of them will do.
 *
 * @see docs/decisions/0042-extends-only-narrows.md
 */
function unite<T extends Dated>(entries: readonly (readonly T[])[], { idOf, meet, keyOf }: Union<T>): T[] {
  const united = new Map<string, readonly T[]>()
  for (const entry of entries)
    for (const [id, said] of Map.groupBy(entry, idOf)) {
      const before = united.get(id)
      const met = distinct(before?.flatMap((one) => said.flatMap((other) => meet(one, other))) ?? said, keyOf)
      if (met.length > MAX_WORDS)
        throw new MakotoError('policy-invalid', `one authority is listed with more than ${MAX_WORDS} different windows`)
      united.set(id, met.length > 0 ? met : said.map(endAtOnce))
    }
  return [...united.values()].flat()
}

/** What says the same twice would grow with every entry that says it again. */
const distinct = <T>(all: readonly T[], keyOf: (one: T) => string): T[] => [
  ...new Map(all.map((one) => [keyOf(one), one])).values(),
]

/** Trusted at no time: that refuses in better words than an authority which nobody named. */
const endAtOnce = <T extends Dated>(one: T): T => ({
  ...one,
  validFor: { start: Number.POSITIVE_INFINITY, end: Number.NEGATIVE_INFINITY },
})

function meetWindows<T extends Dated>(one: T, { validFor }: Dated): T[] {
  const start = Math.max(one.validFor.start, validFor.start)
  const end = Math.min(one.validFor.end, validFor.end)
  return start <= end ? [{ ...one, validFor: { start, end } }] : []
}

/** An origin that one entry states is the only one that both trust. Ids of Ed25519 logs are over theirs, and so state it. */
function meetLogs(one: TrustedLog, other: TrustedLog): TrustedLog[] {
  if (one.id !== other.id || one.key.algorithm === 'ed25519')
    return [...meetWindows(one, other), ...meetWindows(other, one)]
  const [stated, open] = one.origin === undefined ? [other, one] : [one, other]
  return open.origin === undefined || open.origin === stated.origin ? meetWindows(stated, open) : []
}

/** None listed is any; where both list some, and not one of them twice, nobody is left. */
function meetSigners(one: Certificates, other: Certificates): Certificates | undefined {
  if (one.length === 0 || other.length === 0) return [...one, ...other]
  const listed = new Set(other.map(({ der }) => sha256Hex(der)))
  const both = one.filter(({ der }) => listed.has(sha256Hex(der)))
  return both.length === 0 ? undefined : both
}

/** They prove nothing alone, so more of them allow nothing more. */
const addIntermediates = <T extends { readonly intermediates: Certificates }>(one: T, other: T): T => ({
  ...one,
  intermediates: distinct([...one.intermediates, ...other.intermediates], ({ der }) => sha256Hex(der)),
})

const keyOfWindow = ({ start, end }: ValidFor) => `${start} ${end}`
const keyOfAll = (certificates: Certificates) =>
  certificates
    .map(({ der }) => sha256Hex(der))
    .sort()
    .join()
