import { parsePublicKey } from '../key/public-key.ts'
import { parseWitness, type Witness } from '../trust/index.ts'
import type { TrustEntries } from './policy-document.ts'
import { refuse } from './read-policy.ts'

type WitnessEntry = NonNullable<TrustEntries['witnesses']>[number]

/** @param readMaterial what the entry names in place of a verifier key */
export async function readWitness(
  entry: WitnessEntry,
  readMaterial: (entry: WitnessEntry) => Promise<Uint8Array>,
  place: string,
): Promise<Witness> {
  const { name = '', vkey } = entry
  if (vkey !== undefined) return parseWitness(vkey)
  const key = parsePublicKey(await readMaterial(entry))
  if (key.algorithm !== 'ed25519')
    throw refuse(place, `witness ${name}: witnesses sign with Ed25519, this is ${key.algorithm}`)
  return { name, key }
}
