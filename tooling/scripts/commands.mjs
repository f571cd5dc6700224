// The ten root commands: what each needs on the machine, and what it does once Node, pnpm and dependencies are there.
const ALL = ['jdk', 'maven', 'python']

export const COMMANDS = {
  demo: { needs: ALL, run: async (args) => (await import('./demo.mjs')).demo(args) },
  test: { needs: ALL, run: async (args) => (await import('./test.mjs')).test(args) },
  build: { needs: ['jdk', 'maven'], run: async () => (await import('./child.mjs')).runTasks(['build']) },
  check: { needs: [], run: async () => (await import('./check.mjs')).check() },
  fix: { needs: [], run: () => runTool('biome', ['check', '--write']) },
  bench: { needs: ['jdk', 'maven'], run: async (args) => (await import('./bench.mjs')).bench(args) },
  fixtures: { needs: [], run: async (args) => runNode('tooling/scripts/build-fixtures.ts', args) },
  doctor: { needs: ALL },
  changeset: { needs: [], run: (args) => runTool('changeset', args) },
  release: { needs: ALL, run: async () => (await import('./release.mjs')).release() },
}

async function runTool(name, args) {
  return (await import('./child.mjs')).runTool(name, args)
}

async function runNode(script, args) {
  return (await import('./child.mjs')).run('node', ['--conditions=@makoto/source', script, ...args])
}
