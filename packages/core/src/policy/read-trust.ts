import { encodeUtf8 } from '../encoding.ts'
import { MakotoError } from '../errors.ts'
import {
  parseCertificateAuthorities,
  parseTimestampAuthorities,
  parseTrustedRoot,
  type TimestampAuthority,
  type Trust,
  type TrustedKey,
  type TrustedLog,
  type TrustedRoot,
  type Witness,
} from '../trust/index.ts'
import { authorityCandidate, type Candidate, logCandidate, readThresholds, witnessCandidate } from './quorum.ts'
import { readTrustedKey } from './read-key.ts'
import { readLog } from './read-log.ts'
import { type PolicyFiles, type PolicySource, putOnce, refuse } from './read-policy.ts'
import { readWitness } from './read-witness.ts'
import type { AuthorityEntry, SignerScope } from './resolve-signer.ts'
import { uniteCertificateAuthorities, uniteLogs, uniteTimestampAuthorities } from './unite-authorities.ts'

type Sourced = { readonly file?: string; readonly pem?: string }

const MAX_MATERIAL_BYTES = 1 << 20

/**
 * Whom the files of a policy trust together. A name that one of them gives cannot be given again by another; an
 * authority or a log that several name is trusted where all of them do.
 */
export class TrustReader {
  private readonly keys = new Map<string, TrustedKey>()
  private readonly roots: TrustedRoot[] = []
  private readonly timestampAuthorities = new Map<string, readonly TimestampAuthority[]>()
  private readonly authorities: AuthorityEntry[] = []
  private readonly logs = new Map<string, TrustedLog>()
  private readonly witnesses = new Map<string, Witness>()
  private readonly sources: PolicySource[] = []
  private readonly candidates: Candidate[] = []
  private readonly files: PolicyFiles

  constructor(files: PolicyFiles) {
    this.files = files
  }

  async add(source: PolicySource): Promise<void> {
    const { place, document } = source
    const { trust = {} } = document
    const readMaterial = (entry: Sourced) => this.material(entry, place)
    this.sources.push(source)
    for (const entry of trust.keys ?? [])
      putOnce(this.keys, entry.name, readTrustedKey(entry, await readMaterial(entry), place), place)
    for (const entry of trust.timestampAuthorities ?? []) {
      const authorities = parseTimestampAuthorities(await readMaterial(entry))
      putOnce(this.timestampAuthorities, entry.name, authorities, place)
      this.candidates.push(...authorities.map((authority) => authorityCandidate(authority, place)))
    }
    for (const entry of trust.certificateAuthorities ?? []) {
      const authorities = parseCertificateAuthorities(await readMaterial(entry))
      this.addAuthority({ name: entry.name, authorities }, place)
    }
    for (const entry of trust.trustedRoots ?? []) {
      const { name, file } = typeof entry === 'string' ? { name: undefined, file: entry } : entry
      this.addRoot(parseTrustedRoot(await readMaterial({ file })), name, place)
    }
    for (const entry of trust.logs ?? []) {
      const log = await readLog(entry, readMaterial, place)
      putOnce(this.logs, entry.name, log, place)
      this.candidates.push(logCandidate(log, place))
    }
    for (const entry of trust.witnesses ?? []) this.addWitness(await readWitness(entry, readMaterial, place), place)
  }

  /** What a signer is resolved against: all that is trusted, whichever file says so. */
  scopeAt(place: string): SignerScope {
    return { keys: this.keys, authorities: this.authorities, place }
  }

  trust(place: string): Trust {
    return {
      keys: [...this.keys.values()],
      timestampAuthorities: uniteTimestampAuthorities([
        ...this.timestampAuthorities.values(),
        ...this.roots.map((root) => root.timestampAuthorities),
      ]),
      certificateAuthorities: uniteCertificateAuthorities(this.authorities.map(({ authorities }) => authorities)),
      transparencyLogs: uniteLogs([
        ...this.roots.map(({ transparencyLogs }) => transparencyLogs),
        ...[...this.logs.values()].map((log) => [log]),
      ]),
      certificateLogs: uniteLogs(this.roots.map(({ certificateLogs }) => certificateLogs)),
      witnesses: [...this.witnesses.values()],
      ...readThresholds(this.sources, this.candidates, place),
    }
  }

  private addAuthority(entry: AuthorityEntry, place: string): void {
    if (entry.name !== undefined && this.authorities.some(({ name }) => name === entry.name))
      throw refuse(place, `${entry.name} is named twice`)
    this.authorities.push(entry)
  }

  private addRoot(root: TrustedRoot, name: string | undefined, place: string): void {
    this.roots.push(root)
    this.addAuthority({ name, authorities: root.certificateAuthorities }, place)
    this.candidates.push(
      ...root.timestampAuthorities.map((authority) => authorityCandidate(authority, place)),
      ...root.transparencyLogs.map((log) => logCandidate(log, place)),
    )
  }

  /** Who signs under two names is one witness, and under one name with two keys as well. */
  private addWitness(witness: Witness, place: string): void {
    const twin = [...this.witnesses.values()].find(({ key }) => key.id === witness.key.id)
    if (twin !== undefined) throw refuse(place, `the witness ${witness.name} has the key of ${twin.name}`)
    putOnce(this.witnesses, witness.name, witness, place)
    this.candidates.push(witnessCandidate(witness, place))
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
