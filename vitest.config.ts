import { defineConfig } from 'vitest/config'

export default defineConfig({
  ssr: { resolve: { conditions: ['@makoto/source', 'node', 'default'] } },
  test: {
    include: ['test/**/*.test.ts'],
    execArgv: ['--conditions=@makoto/source'],
    slowTestThreshold: 10_000,
    reporters: ['default', ['json', { outputFile: 'reports/vitest.json' }]],
  },
})
