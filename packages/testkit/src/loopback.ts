import { createServer as createPlainServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { Server } from 'node:net'
import { certificateExtension, type Issued, issueCertificate } from './timestamp-authority/certificate.ts'
import { der, sequence } from './timestamp-authority/der.ts'

/** A server of the testkit, on the loopback interface alone. */
export interface Loopback {
  /** Without a slash at its end. */
  readonly url: string
  /** Every request that came, in order. */
  readonly requests: readonly LoopbackRequest[]
  readonly close: () => Promise<void>
}

export interface LoopbackRequest {
  readonly method: string
  /** Path and query, as they were sent. */
  readonly target: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface LoopbackReply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Bytes and text as they are; anything else as JSON. */
  readonly body: unknown
}

/** Ends a request with this reply: what the real service says to a request that it does not take. */
export class Refusal extends Error {
  readonly reply: LoopbackReply

  constructor(reply: LoopbackReply) {
    super(`HTTP ${reply.status ?? 400}: ${JSON.stringify(reply.body)}`)
    this.reply = reply
  }
}

export interface LoopbackOptions {
  /** Serve HTTPS under this certificate. */
  readonly certificate?: Issued
}

export async function serveLoopback(
  answer: (request: LoopbackRequest) => LoopbackReply | Promise<LoopbackReply>,
  { certificate }: LoopbackOptions = {},
): Promise<Loopback> {
  const requests: LoopbackRequest[] = []
  const respond = async (incoming: IncomingMessage): Promise<LoopbackReply> => {
    const request = await readRequest(incoming)
    requests.push(request)
    try {
      return await answer(request)
    } catch (error) {
      if (error instanceof Refusal) return error.reply
      return { status: 500, body: String(error) }
    }
  }
  const listener: Parameters<typeof createPlainServer>[1] = (incoming, outgoing) => {
    respond(incoming).then(
      ({ status = 200, headers = {}, body }) => {
        const raw = typeof body === 'string' || body instanceof Uint8Array
        outgoing.writeHead(status, { ...(raw ? {} : { 'content-type': 'application/json' }), ...headers })
        outgoing.end(raw ? body : JSON.stringify(body))
      },
      () => outgoing.destroy(),
    )
  }
  const server =
    certificate === undefined
      ? createPlainServer(listener)
      : createSecureServer({ cert: certificate.pem, key: pemOf(certificate) }, listener)
  await listen(server)
  return {
    url: `${certificate === undefined ? 'http' : 'https'}://127.0.0.1:${portOf(server)}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const SERVER_AUTHENTICATION = '1.3.6.1.5.5.7.3.1'

/** A certificate for 127.0.0.1 that is its own authority. */
export function issueLoopbackCertificate(): Issued {
  const now = Date.now()
  const address = der(0x87, Buffer.from([127, 0, 0, 1]))
  return issueCertificate({
    name: 'Makoto test server',
    notBefore: new Date(now - 3_600_000),
    notAfter: new Date(now + 3_600_000),
    authority: {},
    extendedKeyUsage: { purposes: [SERVER_AUTHENTICATION], critical: false },
    extensions: [certificateExtension('2.5.29.17', false, sequence(address))],
  })
}

async function readRequest(incoming: IncomingMessage): Promise<LoopbackRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk))
  const { method = '', url: target = '', headers } = incoming
  return { method, target, headers, body: Buffer.concat(chunks) }
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
}

function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return address.port
}

const pemOf = ({ privateKey }: Issued) => privateKey.export({ format: 'pem', type: 'pkcs8' })
