// Makes dist/page.js of src/page: the script and the style of every report, as text, with the licences of what is inside.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const PACKAGE = fileURLToPath(new URL('..', import.meta.url))

const script = await bundle('src/page/main.ts', { format: 'iife', target: 'es2023', platform: 'browser' })
const style = await bundle('src/page/page.css', { target: 'chrome120' })

for (const [name, { text }] of Object.entries({ script, style }))
  if (/<\/(?:script|style)|<!--/i.test(text)) throw new Error(`the ${name} holds text that would end its element`)

writeFileSync(
  join(PACKAGE, 'dist', 'page.js'),
  [
    `export const PAGE_SCRIPT = ${JSON.stringify(script.text)}`,
    `export const PAGE_STYLE = ${JSON.stringify(style.text)}`,
    `export const PAGE_NOTICES = ${JSON.stringify(collectNotices(script.inputs))}`,
    '',
  ].join('\n'),
)

async function bundle(entry, options) {
  const { outputFiles, metafile } = await build({
    absWorkingDir: PACKAGE,
    entryPoints: [entry],
    bundle: true,
    conditions: ['@makoto/source'],
    minify: true,
    metafile: true,
    // A verifier that calls what is not there must not be built.
    logOverride: { 'import-is-undefined': 'error' },
    legalComments: 'none',
    charset: 'ascii',
    write: false,
    ...options,
  })
  return { text: outputFiles[0].text, inputs: Object.keys(metafile.inputs) }
}

/** The licence of every library that ended up in the script: theirs ask to be kept with it. */
function collectNotices(inputs) {
  const folders = new Set(inputs.filter((path) => path.includes('node_modules')).map(findPackage))
  return [...folders].sort().map(readNotice).join('\n\n').replaceAll('--', '- -')
}

function findPackage(path) {
  let folder = dirname(resolve(PACKAGE, path))
  while (!existsSync(join(folder, 'package.json')) || !readManifest(folder).name) folder = dirname(folder)
  return folder
}

function readNotice(folder) {
  const { name, version, license } = readManifest(folder)
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry))
  if (file === undefined) throw new Error(`${name} has no licence file`)
  return `${name} ${version} (${license})\n${readFileSync(join(folder, file), 'utf8').trim()}`
}

function readManifest(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
}
