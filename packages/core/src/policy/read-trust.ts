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
import { uniteCertificateAuthorities, uniteLogs, uniteTimestampAuthorities } from './unite-authorities.ts'

type TrustEntries = NonNullable<PolicyDocument['trust']>
type Entry<Field extends 'keys' | 'witnesses'> = NonNullable<TrustEntries[Field]>[number]
type Sourced = { readonly file?: string; readonly pem?: string }

const MAX_MATERIAL_BYTES = 1 << 20

/**
 * Whom the files of a policy trust together. A name that one of them gives cannot be given again by another; an
 * authority that several name is trusted where all of them do.
 */
export class TrustReader {
  private readonly keys = new Map<string, TrustedKey>()
  private readonly roots: TrustedRoot[] = []
  private readonly timestampAuthorities: (readonly TimestampAuthority[])[] = []
  private readonly authorities: AuthorityEntry[] = []
  private readonly witnesses = new Map<string, Witness>()
  /** Files that ask for witnesses, and how many they ask for. */
  private readonly thresholds: { readonly source: PolicySource; readonly count: number }[] = []
  private readonly namedBy = new Map<Witness, string>()
  private readonly files: PolicyFiles

  constructor(files: PolicyFiles) {
    this.files = files
  }

  async add(source: PolicySource): Promise<void> {
    const { place, document } = source
    const { trust = {} } = document
    for (const entry of trust.keys ?? []) putOnce(this.keys, entry.name, await this.readKey(entry, place), place)
    for (const entry of trust.timestampAuthorities ?? [])
      this.timestampAuthorities.push(parseTimestampAuthorities(await this.material(entry, place)))
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
    if (trust.witnessThreshold !== undefined) this.thresholds.push({ source, count: trust.witnessThreshold })
  }

  /** What a signer is resolved against: all that is trusted, whichever file says so. */
  scopeAt(place: string): SignerScope {
    return { keys: this.keys, authorities: this.authorities, place }
  }

  trust(place: string): Trust {
    return {
      keys: [...this.keys.values()],
      timestampAuthorities: uniteTimestampAuthorities([
        ...this.timestampAuthorities,
        ...this.roots.map((root) => root.timestampAuthorities),
      ]),
      certificateAuthorities: uniteCertificateAuthorities(this.authorities.map(({ authorities }) => authorities)),
      transparencyLogs: uniteLogs(this.roots.map(({ transparencyLogs }) => transparencyLogs)),
      certificateLogs: uniteLogs(this.roots.map(({ certificateLogs }) => certificateLogs)),
      witnesses: [...this.witnesses.values()],
      witnessThreshold: this.askForWitnesses(place),
    }
  }

  /**
   * So many of the witnesses that the file which asks for them names, by itself or by what it extends: those that
   * another file adds would else answer in their place.
   */
  private askForWitnesses(place: string): number {
    const asked = Math.max(0, ...this.thresholds.map(({ count }) => count))
    const { size } = this.witnesses
    if (asked > size) throw refuse(place, `${asked} witnesses are asked for, ${size} are named`)
    for (const { source } of this.thresholds)
      for (const [{ name }, by] of this.namedBy)
        if (by !== source.place && !source.extended.has(by))
          throw refuse(
            by,
            `the witness ${name} would count for the threshold of ${source.place}, which does not know it: name it there`,
          )
    return asked
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
    this.namedBy.set(witness, place)
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
