import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type Loopback,
  type LoopbackOptions,
  type LoopbackReply,
  type LoopbackRequest,
  serveLoopback,
} from './loopback.ts'

export interface PublishOptions extends LoopbackOptions {
  /** Answers instead of the folder, where it answers. */
  readonly intercept?: (request: LoopbackRequest) => LoopbackReply | undefined
}

/** A web server on this machine that publishes the files of a folder, as a person would: no listing, no writing. */
export function publishFolder(root: string, { intercept, ...options }: PublishOptions = {}): Promise<Loopback> {
  return serveLoopback(async (request) => intercept?.(request) ?? (await readPublished(root, request.target)), options)
}

async function readPublished(root: string, target: string): Promise<LoopbackReply> {
  const path = decodeURIComponent(new URL(target, 'http://folder').pathname)
  const body = await readFile(join(root, path)).catch(() => undefined)
  if (body === undefined) return { status: 404, body: 'there is no such file' }
  return { headers: { 'content-length': String(body.length) }, body }
}
