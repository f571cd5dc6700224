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
import { chooseServices, signOwnStatement } from './sign-statement.ts'

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

/**
 * Signs keyless under the identity of a token and has it logged, as the signing configuration says. A statement for
 * Rekor v2 goes Makoto's own way; messages, which Makoto does not sign, and Rekor v1 go through Sigstore's client.
 */
export async function signBundle(artifact: Buffer, options: SignBundleOptions): Promise<void> {
  const { bundle, identityToken, isStatement, isStaging, signingConfig } = options
  const config = signingConfig === undefined ? undefined : await readSigningConfig(signingConfig)
  const services = isStatement ? config && chooseServices(config) : undefined
  if (services !== undefined) return writeFile(bundle, await signOwnStatement(artifact, identityToken, services))
  const builder = openBuilder(isStatement, { getToken: async () => identityToken }, config, isStaging)
  const type = isStatement ? { type: 'application/vnd.in-toto+json' } : {}
  const signed = await builder.create({ data: artifact, ...type })
  await writeFile(bundle, `${JSON.stringify(bundleToJSON(signed))}\n`)
}

const readSigningConfig = async (path: string) => SigningConfig.fromJSON(JSON.parse(await readFile(path, 'utf8')))

function openBuilder(
  isStatement: boolean,
  identityProvider: { getToken: () => Promise<string> },
  signingConfig: SigningConfig | undefined,
  isStaging: boolean,
): BundleBuilder {
  const bundleType = isStatement ? 'dsseEnvelope' : 'messageSignature'
  if (signingConfig !== undefined)
    return bundleBuilderFromSigningConfig({ signingConfig, identityProvider, bundleType })
  const instance = isStaging ? STAGING : {}
  const signer = new FulcioSigner({ identityProvider, ...instance })
  const witnesses = [new RekorWitness({ ...instance })]
  return isStatement
    ? new DSSEBundleBuilder({ signer, witnesses })
    : new MessageSignatureBundleBuilder({ signer, witnesses })
}
