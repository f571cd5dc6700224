import { fileURLToPath } from 'node:url'
import type * as Verification from '@makoto/core/verify'
import { build } from 'esbuild'

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url))

/** What a bundler makes of the door for a page: one script, with everything that it needs. */
export async function bundleForBrowser(): Promise<{ code: string; inputs: string[] }> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: "export * from '@makoto/core/verify'", resolveDir: PACKAGE },
    conditions: ['@makoto/source'],
    bundle: true,
    format: 'esm',
    minify: true,
    metafile: true,
    platform: 'browser',
    target: 'es2023',
    write: false,
  })
  return { code: outputFiles[0]?.text ?? '', inputs: Object.keys(metafile.inputs) }
}

/** The same script, run. */
export async function loadForBrowser(): Promise<typeof Verification> {
  const { code } = await bundleForBrowser()
  return import(/* @vite-ignore */ `data:text/javascript;base64,${Buffer.from(code).toString('base64')}`)
}
