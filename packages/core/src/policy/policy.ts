import { encodeUtf8 } from '../encoding.ts'
import { MakotoError } from '../errors.ts'
import { type KeyDeclaration, parsePublicKey } from '../key/public-key.ts'
import {
  parseCertificateAuthorities,
  parseTimestampAuthorities,
  parseTrustedRoot,
  type SignerIdentity,
  type Trust,
  type TrustedKey,
} from '../trust/index.ts'
import { ALWAYS } from '../trust/trust.ts'
import type { PolicyDocument, PolicyRule, PolicySigner } from './policy-document.ts'
import { type PolicyFiles, type PolicySource, readPolicySources, refuse } from './read-policy.ts'

/** Whom one believes, for what: composed of all files, with everything that they name read. */
export interface Policy {
  /** The files, those that are extended first. */
  readonly sources: readonly { readonly place: string; readonly sha256: string }[]
  readonly trust: Trust
  /** What a verified signer must be to bear one of the names that rules use. */
  readonly signers: ReadonlyMap<string, SignerMatch>
  /** All that match a dataset must hold; where none matches, it is refused. */
  readonly rules: readonly PolicyRule[]
}

export type SignerMatch =
  | { readonly kind: 'key'; readonly id: string }
  | { readonly kind: 'certificate'; readonly identity: SignerIdentity }

type TrustEntries = NonNullable<PolicyDocument['trust']>
type Sourced = { readonly file?: string; readonly pem?: string }

const MAX_MATERIAL_BYTES = 1 << 20

/**
 * Reads a policy with everything that it extends and names.
 *
 * Composition only narrows: trust and signers are united, and rules of all files must hold together, so that a
 * policy that extends a shared one can add to what is asked and never take from it. A name that stands twice is refused, as is every
 * signer that no trust stands behind.
 *
 * @see SPEC §3 L2.V.4
 */
export async function readPolicy(place: string, files: PolicyFiles): Promise<Policy> {
  const sources = await readPolicySources(place, files)
  const read = new TrustReader(files)
  for (const source of sources) await read.add(source)
  const signers = new Map<string, SignerMatch>()
  for (const source of sources)
    for (const [name, signer] of Object.entries(source.document.signers ?? {}))
      putOnce(signers, name, resolveSigner(signer, read.keys, source.place), source.place)
  const rules = sources.flatMap(({ document }) => document.rules ?? [])
  checkRules(rules, signers, place)
  const identities = [...signers.values()].flatMap((signer) => (signer.kind === 'certificate' ? [signer.identity] : []))
  return {
    sources: sources.map(({ place: at, sha256 }) => ({ place: at, sha256 })),
    trust: { ...read.trust(), identities },
    signers,
    rules,
  }
}

class TrustReader {
  readonly keys = new Map<string, TrustedKey>()
  private readonly roots: ReturnType<typeof parseTrustedRoot>[] = []
  private readonly authorities: Pick<Trust, 'timestampAuthorities' | 'certificateAuthorities'>[] = []
  private readonly files: PolicyFiles

  constructor(files: PolicyFiles) {
    this.files = files
  }

  async add({ place, document: { trust = {} } }: PolicySource): Promise<void> {
    for (const entry of trust.keys ?? []) putOnce(this.keys, entry.name, await this.readKey(entry, place), place)
    for (const entry of trust.timestampAuthorities ?? [])
      this.authorities.push({ timestampAuthorities: parseTimestampAuthorities(await this.material(entry, place)) })
    for (const entry of trust.certificateAuthorities ?? [])
      this.authorities.push({
        timestampAuthorities: [],
        certificateAuthorities: parseCertificateAuthorities(await this.material(entry, place)),
      })
    for (const file of trust.trustedRoots ?? []) this.roots.push(parseTrustedRoot(await this.material({ file }, place)))
  }

  trust(): Trust {
    const all = [...this.authorities, ...this.roots]
    return {
      keys: [...this.keys.values()],
      timestampAuthorities: all.flatMap(({ timestampAuthorities }) => timestampAuthorities),
      certificateAuthorities: all.flatMap(({ certificateAuthorities = [] }) => certificateAuthorities),
      transparencyLogs: this.roots.flatMap(({ transparencyLogs }) => transparencyLogs),
      certificateLogs: this.roots.flatMap(({ certificateLogs }) => certificateLogs),
    }
  }

  private async readKey(entry: NonNullable<TrustEntries['keys']>[number], place: string): Promise<TrustedKey> {
    const { name, padding, hash, validFrom, validUntil, revokedOn } = entry
    const declaration: KeyDeclaration = {
      ...(padding === undefined ? {} : { padding }),
      ...(hash === undefined ? {} : { hash }),
    }
    const key = parsePublicKey(await this.material(entry, place), declaration)
    if (padding !== undefined && !key.algorithm.startsWith('rsa'))
      throw refuse(place, `key ${name}: padding is for RSA keys, this is ${key.algorithm}`)
    const window = {
      start: timeOf(validFrom, ALWAYS.start),
      end: timeOf(validUntil, ALWAYS.end),
    }
    return {
      ...key,
      name,
      ...(validFrom === undefined && validUntil === undefined ? {} : { validFor: window }),
      ...(revokedOn === undefined ? {} : { revokedOn: Date.parse(revokedOn) }),
    }
  }

  private async material({ file, pem = '' }: Sourced, place: string): Promise<Uint8Array> {
    if (file === undefined) return encodeUtf8(pem)
    try {
      return await this.files.read(this.files.resolve(file, place), MAX_MATERIAL_BYTES)
    } catch (cause) {
      throw new MakotoError('policy-invalid', `${place}: ${file} could not be read`, { cause })
    }
  }
}

function resolveSigner(signer: PolicySigner, keys: ReadonlyMap<string, TrustedKey>, place: string): SignerMatch {
  const { key: name, subject, issuer } = signer
  if (name === undefined)
    return { kind: 'certificate', identity: { subject: subject ?? '', ...(issuer === undefined ? {} : { issuer }) } }
  const key = keys.get(name)
  if (key === undefined) throw refuse(place, `no trusted key is named ${name}`)
  return { kind: 'key', id: key.id }
}

function checkRules(rules: readonly PolicyRule[], signers: ReadonlyMap<string, SignerMatch>, place: string): void {
  if (rules.length === 0) throw refuse(place, 'it has no rules, so it would refuse everything')
  const names = new Set<string>()
  for (const { name, attestedBy = [], reviewers } of rules) {
    if (names.has(name)) throw refuse(place, `two rules are named ${name}`)
    names.add(name)
    for (const signer of [...attestedBy, ...(reviewers?.from ?? [])])
      if (!signers.has(signer)) throw refuse(place, `rule ${name}: nobody is named ${signer} under signers`)
    if (reviewers && reviewers.count > new Set(reviewers.from).size)
      throw refuse(
        place,
        `rule ${name}: ${reviewers.count} reviewers are asked for, ${new Set(reviewers.from).size} are named`,
      )
  }
}

function putOnce<T>(map: Map<string, T>, name: string, value: T, place: string): void {
  if (map.has(name)) throw refuse(place, `${name} is named twice`)
  map.set(name, value)
}

const timeOf = (text: string | undefined, otherwise: number) => (text === undefined ? otherwise : Date.parse(text))
