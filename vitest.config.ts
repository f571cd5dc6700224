import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** Where a Node that a test starts keeps what it compiled, by the content of each file: most of a command's time is its start. */
const compileCache = fileURLToPath(new URL('./node_modules/.cache/makoto-tests', import.meta.url))

const TESTS = 'test/**/*.test.ts'
/** What puts other modules in the place of ours must neither find ours loaded nor leave its own behind. */
const replacing = globSync(TESTS).filter((file) => /\bvi\.(?:mock|doMock)\(/.test(readFileSync(file, 'utf8')))

export default defineConfig({
  ssr: { resolve: { conditions: ['@makoto/source', 'node', 'default'] } },
  test: {
    projects: [
      // Loading the modules again for each file would be half of the time.
      { extends: true, test: { name: 'shared', isolate: false, include: [TESTS], exclude: replacing } },
      ...(replacing.length > 0 ? [{ extends: true as const, test: { name: 'replacing', include: replacing } }] : []),
    ],
    env: { NODE_COMPILE_CACHE: compileCache },
    // Vitest would leave a core to itself: of two, as CI has them, that is half.
    maxWorkers: '100%',
    execArgv: ['--conditions=@makoto/source'],
    slowTestThreshold: 10_000,
    reporters: ['default', ['json', { outputFile: 'reports/vitest.json' }]],
  },
})
