import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { isMakotoError, parsePublicKey, parseTrustedRoot, type TrustedRoot } from '@makoto/core'
import { readArtifact } from './artifact.ts'
import { readPublicGoodRoot } from './public-good-root.ts'
import { signBundle } from './sign-bundle.ts'
import { type ExpectedSigner, verifyBundle } from './verify-bundle.ts'

const OPTIONS = {
  staging: { type: 'boolean' },
  'in-toto': { type: 'boolean' },
  bundle: { type: 'string' },
  key: { type: 'string' },
  'certificate-identity': { type: 'string' },
  'certificate-oidc-issuer': { type: 'string' },
  'identity-token': { type: 'string' },
  'trusted-root': { type: 'string' },
  'signing-config': { type: 'string' },
} as const

type Values = ReturnType<typeof readArguments>['values']

/** Runs one sub-command of the protocol; resolves to the exit code, zero only for what was signed or verified. */
export async function runProtocol(argv: readonly string[], say: (line: string) => void): Promise<0 | 1> {
  try {
    const { positionals, values } = readArguments(argv)
    const [command, artifact = '', ...more] = positionals
    if (more.length > 0 || artifact === '') throw new Error('one FILE or DIGEST is expected')
    if (command === 'sign-bundle') await sign(artifact, values)
    else if (command === 'verify-bundle') await verify(artifact, values)
    else throw new Error(`no such command: ${command}`)
    return 0
  } catch (error) {
    say(describeError(error))
    return 1
  }
}

export function describeError(error: unknown): string {
  if (isMakotoError(error)) return `${error.code}: ${error.message}`
  return error instanceof Error ? error.message : String(error)
}

const readArguments = (argv: readonly string[]) =>
  parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true, strict: true })

async function verify(artifact: string, values: Values): Promise<void> {
  const bundle = await readFile(required(values.bundle, 'bundle'))
  verifyBundle(bundle, await readArtifact(artifact), await readSigner(values), await readRoot(values))
}

async function readSigner(values: Values): Promise<ExpectedSigner> {
  // A bare RSA key says nothing of its padding; Sigstore's clients sign with PKCS #1 v1.5.
  if (values.key !== undefined) return { key: parsePublicKey(await readFile(values.key), { padding: 'pkcs1' }) }
  return {
    identity: required(values['certificate-identity'], 'certificate-identity'),
    issuer: required(values['certificate-oidc-issuer'], 'certificate-oidc-issuer'),
  }
}

async function readRoot(values: Values): Promise<TrustedRoot> {
  if (values['trusted-root'] !== undefined) return parseTrustedRoot(await readFile(values['trusted-root']))
  if (values.staging) throw new Error('--staging: give its --trusted-root; none is fetched')
  return parseTrustedRoot(readPublicGoodRoot())
}

async function sign(artifact: string, values: Values): Promise<void> {
  await signBundle(await readFile(artifact), {
    bundle: required(values.bundle, 'bundle'),
    identityToken: required(values['identity-token'], 'identity-token'),
    isStatement: values['in-toto'] ?? false,
    isStaging: values.staging ?? false,
    signingConfig: values['signing-config'],
  })
}

function required(value: string | undefined, name: string): string {
  if (value === undefined) throw new Error(`--${name} is missing`)
  return value
}
