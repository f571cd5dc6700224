import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { prepareAttestedOrders } from './attested-orders.ts'
import { makoto } from './makoto.ts'

/** The data inside a page, as its script reads it. */
function readPage(path: string) {
  const html = readFileSync(path, 'utf8')
  const [, json = '{}'] = /<script type="application\/json" id="report-data">([^<]*)<\/script>/.exec(html) ?? []
  return { html, data: JSON.parse(json) }
}

it('writes what verify finds as one page that carries its attestations', async () => {
  const { cwd, trust, attest } = await prepareAttestedOrders()
  writeFileSync(join(cwd, 'orders/part-1.csv'), 'id,total\n3,30\n')
  await attest()
  const { code, stdout, stderr } = await makoto(['report', 'orders', '--out', 'orders.html', ...trust], { cwd })
  const { html, data } = readPage(join(cwd, 'orders.html'))
  expect(code).toBe(0)
  expect(stdout).toContain('PROVEN L2')
  expect(stderr).toContain('open orders.html in a browser')
  expect(html).toMatch(/^<!doctype html>[\s\S]*default-src 'none'/)
  expect(data).toMatchObject({ report: { verdict: 'PROVEN', level: 2 }, leftOut: [] })
  expect(Object.keys(data.objects)).toContain(data.report.chain[0].reference)
  expect(Object.keys(data.objects)).toContain(
    `attestations/${data.previous.subject}/${data.previous.bundle}.sigstore.json`,
  )
  expect(data.author).toBeUndefined()
})

it('writes a page where nothing is proven, and says so by its exit code', async () => {
  const { cwd, trust } = await prepareAttestedOrders()
  writeFileSync(join(cwd, 'orders/part-0.csv'), 'id,total\n1,99\n')
  const { code } = await makoto(['report', 'orders', '--out', 'orders.html', '--author', 'Ada', ...trust], { cwd })
  expect(code).toBe(4)
  expect(readPage(join(cwd, 'orders.html')).data).toMatchObject({
    author: 'Ada',
    attestation: null,
    report: { verdict: 'NOT PROVEN', failure: { files: { altered: ['part-0.csv'] } } },
  })
})

it('says where a page cannot be written', async () => {
  const { cwd, trust } = await prepareAttestedOrders()
  const { code, stderr } = await makoto(['report', 'orders', '--out', 'nowhere/orders.html', ...trust], { cwd })
  expect(code).toBe(2)
  expect(stderr).toContain('nowhere/orders.html cannot be written')
})
