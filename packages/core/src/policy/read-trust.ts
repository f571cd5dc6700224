import { encodeUtf8 } from '../encoding.ts'
import { MakotoError } from '../errors.ts'
import { type KeyDeclaration, parsePublicKey } from '../key/public-key.ts'
import {
  parseCertificateAuthorities,
  parseTimestampAuthorities,
  parseTrustedRoot,
  parseWitness,
  type TimestampAuthority,
  type Trust,
  type TrustedKey,
  type TrustedRoot,
  type Witness,
} from '../trust/index.ts'
import { ALWAYS } from '../trust/trust.ts'
import type { PolicyDocument } from './policy-document.ts'
import { type PolicyFiles, type PolicySource, putOnce, refuse } from './read-policy.ts'
import type { AuthorityEntry, SignerScope } from './resolve-signer.ts'

type TrustEntries = NonNullable<PolicyDocument['trust']>
type Entry<Field extends 'keys' | 'witnesses'> = NonNullable<TrustEntries[Field]>[number]
type Sourced = { readonly file?: string; readonly pem?: string }

const MAX_MATERIAL_BYTES = 1 << 20

/** Whom the files of a policy trust together. What one of them names cannot be named again by another. */
export class TrustReader {
  private readonly keys = new Map<string, TrustedKey>()
  private readonly roots: TrustedRoot[] = []
  private readonly timestampAuthorities: TimestampAuthority[] = []
  private readonly authorities: AuthorityEntry[] = []
  private readonly witnesses = new Map<string, Witness>()
  private witnessThreshold = 0
  private readonly files: PolicyFiles

  constructor(files: PolicyFiles) {
    this.files = files
  }

  async add({ place, document: { trust = {} } }: PolicySource): Promise<void> {
    for (const entry of trust.keys ?? []) putOnce(this.keys, entry.name, await this.readKey(entry, place), place)
    for (const entry of trust.timestampAuthorities ?? [])
      this.timestampAuthorities.push(...parseTimestampAuthorities(await this.material(entry, place)))
    for (const entry of trust.certificateAuthorities ?? []) {
      const authorities = parseCertificateAuthorities(await this.material(entry, place))
      this.addAuthority({ name: entry.name, authorities }, place)
    }
    for (const entry of trust.trustedRoots ?? []) {
      const { name, file } = typeof entry === 'string' ? { name: undefined, file: entry } : entry
      const root = parseTrustedRoot(await this.material({ file }, place))
      this.roots.push(root)
      this.addAuthority({ name, authorities: root.certificateAuthorities }, place)
    }
    for (const entry of trust.witnesses ?? []) this.addWitness(await this.readWitness(entry, place), place)
    this.witnessThreshold = Math.max(this.witnessThreshold, trust.witnessThreshold ?? 0)
  }

  /** What a signer is resolved against: all that is trusted, whichever file says so. */
  scopeAt(place: string): SignerScope {
    return { keys: this.keys, authorities: this.authorities, place }
  }

  trust(place: string): Trust {
    const { size } = this.witnesses
    if (this.witnessThreshold > size)
      throw refuse(place, `${this.witnessThreshold} witnesses are asked for, ${size} are named`)
    return {
      keys: [...this.keys.values()],
      timestampAuthorities: [...this.timestampAuthorities, ...this.roots.flatMap((root) => root.timestampAuthorities)],
      certificateAuthorities: this.authorities.flatMap(({ authorities }) => authorities),
      transparencyLogs: this.roots.flatMap(({ transparencyLogs }) => transparencyLogs),
      certificateLogs: this.roots.flatMap(({ certificateLogs }) => certificateLogs),
      witnesses: [...this.witnesses.values()],
      witnessThreshold: this.witnessThreshold,
    }
  }

  private addAuthority(entry: AuthorityEntry, place: string): void {
    if (entry.name !== undefined && this.authorities.some(({ name }) => name === entry.name))
      throw refuse(place, `${entry.name} is named twice`)
    this.authorities.push(entry)
  }

  /** Who signs under two names is one witness, and under one name with two keys as well. */
  private addWitness(witness: Witness, place: string): void {
    const twin = [...this.witnesses.values()].find(({ key }) => key.id === witness.key.id)
    if (twin !== undefined) throw refuse(place, `the witness ${witness.name} has the key of ${twin.name}`)
    putOnce(this.witnesses, witness.name, witness, place)
  }

  private async readWitness(entry: Entry<'witnesses'>, place: string): Promise<Witness> {
    const { name = '', vkey } = entry
    if (vkey !== undefined) return parseWitness(vkey)
    const key = parsePublicKey(await this.material(entry, place))
    if (key.algorithm !== 'ed25519')
      throw refuse(place, `witness ${name}: witnesses sign with Ed25519, this is ${key.algorithm}`)
    return { name, key }
  }

  private async readKey(entry: Entry<'keys'>, place: string): Promise<TrustedKey> {
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

const timeOf = (text: string | undefined, otherwise: number) => (text === undefined ? otherwise : Date.parse(text))
