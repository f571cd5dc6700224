import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import { equalBytes } from '../encoding.ts'
import { MakotoError } from '../errors.ts'
import { readCertificate } from '../trust/certificate.ts'
import { askKeyService, invalidKeyUri, keepWords, loadPackage, type OpenSignerOptions } from './key-provider.ts'
import { readSecretText } from './key-secret.ts'
import { signerOfKey } from './key-signer.ts'
import { formatPem, parseSinglePem } from './pem.ts'
import type { Signer } from './signer.ts'

const makePair = promisify(generateKeyPair)

const TIMEOUT_MS = 10_000
const RETRIES = 2

/**
 * `sigstore:`: no key of one's own. A P-256 key is made in memory, Fulcio certifies it for the identity in an
 * OpenID Connect token, and both are forgotten with the process. The certificate holds for some ten minutes:
 * open again for a later signature, and have each one timestamped, or nobody can tell that it was in time.
 *
 * @see L2.P.3
 */
export async function openSigstoreSigner(keyUri: string, options: OpenSignerOptions): Promise<Signer> {
  if (!/^sigstore:(?:\/\/)?$/i.test(keyUri)) throw invalidKeyUri(`not a keyless signer: ${keyUri}`, 'sigstore:')
  const sigstore = await loadPackage('@sigstore/sign', () => import('@sigstore/sign'))
  const token = await readIdentityToken(options, () => new sigstore.CIContextProvider().getToken())
  const { privateKey } = await makePair('ec', { namedCurve: 'P-256' })
  const own = signerOfKey(privateKey)
  const fulcio = new sigstore.FulcioSigner({
    fulcioBaseURL: String(options.endpoint ?? sigstore.DEFAULT_FULCIO_URL).replace(/\/$/, ''),
    identityProvider: { getToken: async () => token },
    timeout: TIMEOUT_MS,
    retry: RETRIES,
    keyHolder: {
      sign: async (bytes) => ({
        signature: Buffer.from(await own.sign(bytes)),
        key: { $case: 'publicKey', publicKey: formatPem('PUBLIC KEY', own.spki) },
      }),
    },
  })
  // Only the certificate is wanted here; what is signed on the way is empty and goes nowhere.
  const { key } = await askKeyService('Fulcio', () => fulcio.sign(Buffer.alloc(0)))
  if (key.$case !== 'x509Certificate') throw new MakotoError('key-unavailable', 'Fulcio gave no certificate')
  return certifiedSigner(own, key.certificate)
}

/** Three parts of base64url: what is no token is not sent to anybody. */
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/

async function readIdentityToken(
  { identityToken }: OpenSignerOptions,
  findAmbient: () => Promise<string>,
): Promise<string> {
  const token = identityToken === undefined ? await ambientToken(findAmbient) : await readSecretText(identityToken)
  if (TOKEN.test(token.trim())) return token.trim()
  throw new MakotoError('identity-missing', 'the identity token is no signed JSON Web Token')
}

/** What `SIGSTORE_ID_TOKEN` holds, or what GitHub Actions gives to a workflow with `id-token: write`. */
async function ambientToken(find: () => Promise<string>): Promise<string> {
  try {
    return await find()
  } catch (cause) {
    throw new MakotoError('identity-missing', 'there is no identity token for keyless signing', {
      cause: keepWords(cause),
      hint: 'Give one in a file, set SIGSTORE_ID_TOKEN, or let the GitHub workflow have id-token: write.',
    })
  }
}

/** A certificate of another key or of nobody would only be found out by whoever verifies. */
function certifiedSigner(own: Signer, pem: string): Signer {
  const block = parseSinglePem(pem)
  if (block?.label !== 'CERTIFICATE') throw new MakotoError('key-unavailable', 'Fulcio gave no certificate')
  const certificate = readCertificate(block.bytes)
  const [name] = certificate.alternativeNames
  if (!equalBytes(certificate.spki, own.spki) || name === undefined || name.value === '')
    throw new MakotoError('key-unavailable', 'Fulcio gave a certificate of another key, or one that names nobody')
  const { algorithm, spki, hint } = own
  return {
    algorithm,
    spki,
    hint,
    id: name.value,
    certificate: certificate.der,
    async sign(bytes) {
      if (Date.now() <= certificate.notAfter) return own.sign(bytes)
      throw new MakotoError('signing-failed', `the certificate of ${name.value} has expired`, {
        hint: 'Open sigstore: again: a keyless certificate holds for some ten minutes.',
      })
    },
  }
}
