import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** Where a Node that a test starts keeps what it compiled, by the content of each file: most of a command's time is its start. */
const compileCache = fileURLToPath(new URL('./node_modules/.cache/makoto-tests', import.meta.url))

export default defineConfig({
  ssr: { resolve: { conditions: ['@makoto/source', 'node', 'default'] } },
  test: {
    include: ['test/**/*.test.ts'],
    env: { NODE_COMPILE_CACHE: compileCache },
    // Vitest would leave a core to itself: of two, as CI has them, that is half.
    maxWorkers: '100%',
    execArgv: ['--conditions=@makoto/source'],
    slowTestThreshold: 10_000,
    reporters: ['default', ['json', { outputFile: 'reports/vitest.json' }]],
  },
})
