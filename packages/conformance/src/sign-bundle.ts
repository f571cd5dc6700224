import { readFile, writeFile } from 'node:fs/promises'
import { bundleToJSON } from '@sigstore/bundle'
import { SigningConfig } from '@sigstore/protobuf-specs'
import {
  type BundleBuilder,
  bundleBuilderFromSigningConfig,
  DSSEBundleBuilder,
  FulcioSigner,
  MessageSignatureBundleBuilder,
  RekorWitness,
} from '@sigstore/sign'

export interface SignBundleOptions {
  /** Where the bundle goes. */
  readonly bundle: string
  readonly identityToken: string
  /** The artifact is an in-toto statement, to be signed as one. */
  readonly isStatement: boolean
  readonly isStaging: boolean
  readonly signingConfig: string | undefined
}

const STAGING = { fulcioBaseURL: 'https://fulcio.sigstage.dev', rekorBaseURL: 'https://rekor.sigstage.dev' }

/** Signs keyless under the identity of a token and has it logged, as the signing configuration says. */
export async function signBundle(artifact: Buffer, options: SignBundleOptions): Promise<void> {
  const builder = await openBuilder(options)
  const signed = await builder.create({
    data: artifact,
    ...(options.isStatement ? { type: 'application/vnd.in-toto+json' } : {}),
  })
  await writeFile(options.bundle, `${JSON.stringify(bundleToJSON(signed))}\n`)
}

async function openBuilder({
  identityToken,
  isStatement,
  isStaging,
  signingConfig,
}: SignBundleOptions): Promise<BundleBuilder> {
  const identityProvider = { getToken: async () => identityToken }
  if (signingConfig !== undefined)
    return bundleBuilderFromSigningConfig({
      signingConfig: SigningConfig.fromJSON(JSON.parse(await readFile(signingConfig, 'utf8'))),
      identityProvider,
      bundleType: isStatement ? 'dsseEnvelope' : 'messageSignature',
    })
  const instance = isStaging ? STAGING : {}
  const signer = new FulcioSigner({ identityProvider, ...instance })
  const witnesses = [new RekorWitness({ ...instance })]
  return isStatement
    ? new DSSEBundleBuilder({ signer, witnesses })
    : new MessageSignatureBundleBuilder({ signer, witnesses })
}
