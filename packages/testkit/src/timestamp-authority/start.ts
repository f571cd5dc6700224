import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CertificateOptions, type Issued, issueCertificate, TIME_STAMPING } from './certificate.ts'
import { readQuery, type TimestampQuery } from './query.ts'
import { grantTimestamp, rejectTimestamp } from './token.ts'

/** What can be wrong with an authority. One that is down is one that was closed. */
export type TimestampFault =
  | 'wrong-nonce'
  | 'no-nonce'
  | 'wrong-imprint'
  | 'rejected'
  | 'other-signer'
  | 'http-error'
  | 'wrong-content-type'
  | 'garbage'
  | 'oversized'
  | 'silent'

export interface TimestampAuthorityOptions {
  /** What its clock says; default the machine's. */
  readonly time?: () => Date
  readonly fault?: TimestampFault
  /** Too busy for the first requests: HTTP 503, and when to come back. */
  readonly busy?: { readonly requests: number; readonly retryAfter?: string }
  /** Default true: an intermediate CA between root and signer, which tokens bring along. */
  readonly intermediate?: boolean
  /** Default true. */
  readonly certificatesInToken?: boolean
  /** An extension that nobody knows, in what the authority signs. */
  readonly extension?: { readonly critical: boolean }
  /** Changes the signer's certificate. */
  readonly signer?: Partial<CertificateOptions>
  /** Changes the intermediate CA's certificate. */
  readonly intermediateCertificate?: Partial<CertificateOptions>
  /** How many intermediates the root allows; default any. */
  readonly rootPathLength?: number
  readonly notBefore?: Date
  readonly notAfter?: Date
}

export interface TestTimestampAuthority {
  readonly url: string
  /** What a verifier trusts. */
  readonly rootPem: string
  /** Signer first, root last. */
  readonly chainPem: string
  /** Requests answered or refused so far. */
  readonly requests: () => number
  readonly close: () => Promise<void>
}

/**
 * Starts an RFC 3161 authority on the loopback interface, with a CA of its own made on the spot: for
 * tests and for the demo, trusted by nobody else.
 */
export async function startTimestampAuthority(
  options: TimestampAuthorityOptions = {},
): Promise<TestTimestampAuthority> {
  const chain = issueChain(options)
  let requests = 0
  const server = createServer((request, response) => {
    requests++
    if (requests <= (options.busy?.requests ?? 0)) return refuseForNow(request, response, options.busy?.retryAfter)
    answer(request, response, chain, options).catch(() => response.destroy())
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${portOf(server.address())}/`,
    rootPem: chain.root.pem,
    chainPem: [chain.signer, ...chain.intermediates, chain.root].map(({ pem }) => pem).join(''),
    requests: () => requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

interface Chain {
  readonly root: Issued
  readonly intermediates: readonly Issued[]
  readonly signer: Issued
}

const DAY = 86_400_000

function issueChain(options: TimestampAuthorityOptions): Chain {
  const now = options.time?.() ?? new Date()
  const { notBefore = new Date(now.getTime() - DAY), notAfter = new Date(now.getTime() + 365 * DAY) } = options
  const validity = { notBefore, notAfter }
  const rootAuthority = options.rootPathLength === undefined ? {} : { pathLength: options.rootPathLength }
  const root = issueCertificate({
    name: 'Makoto test TSA root',
    ...validity,
    authority: rootAuthority,
    keyUsage: 'certify',
  })
  const intermediates =
    options.intermediate === false
      ? []
      : [
          issueCertificate({
            name: 'Makoto test TSA intermediate',
            ...validity,
            authority: { pathLength: 0 },
            keyUsage: 'certify',
            issuer: root,
            ...options.intermediateCertificate,
          }),
        ]
  const signer = issueCertificate({
    name: 'Makoto test TSA',
    ...validity,
    keyUsage: 'sign',
    extendedKeyUsage: { purposes: [TIME_STAMPING], critical: true },
    issuer: intermediates[0] ?? root,
    ...options.signer,
  })
  return { root, intermediates, signer }
}

function refuseForNow(request: IncomingMessage, response: ServerResponse, retryAfter: string | undefined): void {
  request.resume()
  response.writeHead(503, retryAfter === undefined ? {} : { 'retry-after': retryAfter }).end()
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  chain: Chain,
  options: TimestampAuthorityOptions,
) {
  const query = readQuery(await readBody(request))
  const { fault } = options
  if (fault === 'silent') return
  const status = fault === 'http-error' ? 503 : 200
  const type = fault === 'wrong-content-type' ? 'text/html' : 'application/timestamp-reply'
  response.writeHead(status, { 'content-type': type }).end(replyTo(query, chain, options))
}

function replyTo(query: TimestampQuery, chain: Chain, options: TimestampAuthorityOptions): Buffer {
  const { fault, time, certificatesInToken = true } = options
  if (fault === 'rejected') return rejectTimestamp('out of stamps')
  if (fault === 'garbage') return Buffer.from('not DER')
  if (fault === 'oversized') return Buffer.alloc(1_000_000)
  const { signer, intermediates } = fault === 'other-signer' ? issueChain(options) : chain
  return grantTimestamp({
    imprint: fault === 'wrong-imprint' ? flipLastByte(query.imprint) : query.imprint,
    nonce: nonceFor(query.nonce, fault),
    time: time?.() ?? new Date(),
    signer,
    certificates: certificatesInToken ? intermediates : null,
    extension: options.extension,
  })
}

function nonceFor(nonce: Buffer | undefined, fault: TimestampFault | undefined): Buffer | undefined {
  if (nonce === undefined || fault === 'no-nonce') return undefined
  return fault === 'wrong-nonce' ? flipLastByte(nonce) : nonce
}

function flipLastByte(bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes)
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1
  return changed
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return address.port
}
