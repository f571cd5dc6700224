import { MakotoError } from '../errors.ts'
import { askKeyService, invalidKeyUri, loadPackage, type OpenSignerOptions } from './key-provider.ts'
import { signerOfRemoteKey } from './remote-signer.ts'
import type { Signer } from './signer.ts'

const FORM =
  'awskms:///alias/NAME, awskms:///KEY_ID or awskms:///ARN, with an endpoint before the third slash if need be'

const KEY_ID = '(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})'
const ALIAS = 'alias/[\\w/-]{1,250}'
const ARN = `arn:aws[a-z-]*:kms:(?<region>[a-z0-9-]+):\\d{12}:(?:key/${KEY_ID}|${ALIAS})`
const REFERENCE = new RegExp(`^awskms://(?<host>[^/?#@]*)/(?<key>${KEY_ID}|${ALIAS}|${ARN})$`, 'i')

const SIGNING_ALGORITHM = { 'ecdsa-p256': 'ECDSA_SHA_256', 'ecdsa-p384': 'ECDSA_SHA_384' } as const

/**
 * `awskms://[ENDPOINT]/KEY`, as cosign writes it. The key is pinned when it is opened: an alias that is
 * moved later does not change who signs. Credentials and region are found by the SDK in its own way.
 * No Ed25519: AWS takes 4,096 bytes at most for it.
 */
export async function openAwsKmsSigner(keyUri: string, { endpoint }: OpenSignerOptions): Promise<Signer> {
  const { host, key, region } = parseReference(keyUri)
  const { GetPublicKeyCommand, KMSClient, SignCommand } = await loadPackage(
    '@aws-sdk/client-kms',
    () => import('@aws-sdk/client-kms'),
  )
  const address = endpoint?.toString() ?? (host === '' ? undefined : `https://${host}`)
  const name = `the key ${key} of AWS KMS`
  const { client, found } = await askKeyService(name, async () => {
    const client = new KMSClient({
      ...(address === undefined ? {} : { endpoint: address }),
      ...(region === undefined ? {} : { region }),
    })
    return { client, found: await client.send(new GetPublicKeyCommand({ KeyId: key })) }
  })
  const { PublicKey: spki, KeyId: keyId = key, KeyUsage: usage } = found
  if (spki === undefined || usage !== 'SIGN_VERIFY')
    throw new MakotoError('key-unsupported', `${name} is for ${usage ?? 'something else'}, not for signing`)
  return signerOfRemoteKey({
    name,
    spki: new Uint8Array(spki),
    async signDigest({ algorithm, digest }) {
      const { Signature: signature } = await client.send(
        new SignCommand({
          KeyId: keyId,
          Message: digest,
          MessageType: 'DIGEST',
          SigningAlgorithm: SIGNING_ALGORITHM[algorithm],
        }),
      )
      if (signature === undefined) throw new MakotoError('signing-failed', `${name} gave no signature`)
      return new Uint8Array(signature)
    },
  })
}

function parseReference(keyUri: string): { host: string; key: string; region: string | undefined } {
  const { host, key, region } = REFERENCE.exec(keyUri)?.groups ?? {}
  if (host === undefined || key === undefined) throw invalidKeyUri(`not a key of AWS KMS: ${keyUri}`, FORM)
  return { host, key, region }
}
