import { concatBytes, decodeHex, encodeHex } from '../encoding.ts'
import { MakotoError } from '../errors.ts'
import { TAG } from '../time/der-reader.ts'
import { writeDer, writeSequence } from '../time/der-writer.ts'
import { encodeEcdsaSignature } from './ecdsa-signature.ts'
import { askKeyService, loadPackage, type OpenSignerOptions } from './key-provider.ts'
import { readSecretText } from './key-secret.ts'
import { openTokenKey, type TokenKey } from './pkcs11-token.ts'
import { type Pkcs11Reference, parsePkcs11Uri } from './pkcs11-uri.ts'
import { signerOfRemoteKey } from './remote-signer.ts'
import type { Signer } from './signer.ts'

/**
 * `pkcs11:…`: a key in an HSM, a smart card or SoftHSM, through the vendor's library. The PIN comes from the
 * options or from the file that `pin-source` names, and is tried once: tokens lock.
 *
 * @see RFC 7512
 */
export async function openPkcs11Signer(keyUri: string, options: OpenSignerOptions): Promise<Signer> {
  const reference = parsePkcs11Uri(keyUri)
  const { default: cryptoki } = await loadPackage('pkcs11js', () => import('pkcs11js'))
  const pin = await readPin(reference, options)
  const name = `the key ${reference.object ?? encodeHex(reference.id ?? new Uint8Array())} of ${reference.modulePath}`
  const key = await askKeyService(name, async () => openTokenKey(cryptoki, reference, pin))
  return signerOfRemoteKey({
    name,
    spki: encodeSpki(key, name),
    signDigest: async ({ algorithm, digest }) => encodeEcdsaSignature(algorithm, await key.sign('ecdsa', digest)),
    signBytes: (bytes) => key.sign('eddsa', bytes),
  })
}

async function readPin({ pinFile }: Pkcs11Reference, { password }: OpenSignerOptions): Promise<string> {
  const source = password ?? (pinFile === undefined ? undefined : { file: pinFile })
  if (source !== undefined) return readSecretText(source)
  throw new MakotoError('password-missing', 'the token needs a PIN', {
    hint: 'Name the file that holds it: ?pin-source=file:/path/of/pin, or --password-file',
  })
}

const EC_PUBLIC_KEY = '06072a8648ce3d0201'

/** CKA_EC_PARAMS in hex: the curve's OID, or for Ed25519 also its name as PKCS#11 3.0 writes it. */
const ED25519_PARAMETERS: ReadonlySet<string> = new Set(['06032b6570', '130c656477617264733235353139'])

function encodeSpki({ parameters, point }: TokenKey, name: string): Uint8Array {
  const curve = encodeHex(parameters)
  if (ED25519_PARAMETERS.has(curve)) return concatBytes(decodeHex('302a300506032b6570032100'), unwrapPoint(point, 32))
  const width = COORDINATES.get(curve)
  if (width === undefined) throw new MakotoError('key-unsupported', `${name} is on a curve that is not supported`)
  const bits = writeDer(TAG.bitString, Uint8Array.of(0), unwrapPoint(point, width))
  return writeSequence(writeSequence(decodeHex(EC_PUBLIC_KEY), parameters), bits)
}

/** Bytes of an uncompressed point on P-256 and P-384, by the OID of the curve. */
const COORDINATES: ReadonlyMap<string, number> = new Map([
  ['06082a8648ce3d030107', 65],
  ['06052b81040022', 97],
])

/** CKA_EC_POINT is an OCTET STRING; some libraries leave its two bytes of header out. */
const unwrapPoint = (point: Uint8Array, width: number) => (point.length === width + 2 ? point.subarray(2) : point)
