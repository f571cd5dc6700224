import { expect, it } from 'vitest'
import { readBody } from '../src/read-body.ts'

/** As a server sends it that wants to be expensive: a byte at a time. */
const trickle = (bytes: number) =>
  new Response(
    new ReadableStream({
      start(body) {
        for (let at = 0; at < bytes; at++) body.enqueue(Uint8Array.of(at))
        body.close()
      },
    }),
  )

it('reads a body that comes byte by byte', async () => {
  expect((await readBody(trickle(300_000), 300_000)).length).toBe(300_000)
})

it('stops where a body is longer than allowed', async () => {
  await expect(readBody(trickle(11), 10)).rejects.toMatchObject({ code: 'limit-exceeded' })
})
