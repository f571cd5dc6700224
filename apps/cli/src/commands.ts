import type { AnyCommand } from './command.ts'

/** A command in the table: what the help of the program needs; the rest is loaded when it is called. */
export type CommandEntry = {
  readonly path: readonly string[]
  readonly summary: string
  load(): Promise<AnyCommand>
}

export const COMMANDS: readonly CommandEntry[] = [
  {
    path: ['verify'],
    summary: 'check data against its attestations, back to the origins',
    load: async () => (await import('./commands/verify.ts')).verify,
  },
  {
    path: ['report'],
    summary: 'write the verification of a dataset as a page that verifies itself again',
    load: async () => (await import('./commands/report.ts')).report,
  },
  {
    path: ['verify-run'],
    summary: 'check a run: what it read and wrote, and whether that is all',
    load: async () => (await import('./commands/verify-run.ts')).verifyRunCommand,
  },
  {
    path: ['verify-stream'],
    summary: 'check that the windows of a stream are one chain without a gap',
    load: async () => (await import('./commands/verify-stream.ts')).verifyStreamCommand,
  },
  {
    path: ['verify-summary'],
    summary: 'take the level of data from a verifier whom you trust',
    load: async () => (await import('./commands/verify-summary.ts')).checkSummary,
  },
  {
    path: ['attest', 'origin'],
    summary: 'attest a file or directory as an origin',
    load: async () => (await import('./commands/attest-origin.ts')).attestOrigin,
  },
  {
    path: ['digest'],
    summary: 'print the digest of a file or directory',
    load: async () => (await import('./commands/digest.ts')).digest,
  },
  {
    path: ['show'],
    summary: 'show a bundle, or the attestations of a dataset, without verifying',
    load: async () => (await import('./commands/show.ts')).show,
  },
  {
    path: ['dbom'],
    summary: 'print the verified bill of materials of a dataset',
    load: async () => (await import('./commands/dbom.ts')).dbom,
  },
  {
    path: ['export'],
    summary: 'write all that proves a dataset into one archive',
    load: async () => (await import('./commands/export.ts')).exportArchive,
  },
  {
    path: ['key', 'generate'],
    summary: 'make a key pair',
    load: async () => (await import('./commands/key-generate.ts')).keyGenerate,
  },
  {
    path: ['key', 'inspect'],
    summary: 'show type and identity of a key',
    load: async () => (await import('./commands/key-inspect.ts')).keyInspect,
  },
  {
    path: ['key', 'public'],
    summary: 'print the public half of a key',
    load: async () => (await import('./commands/key-public.ts')).keyPublic,
  },
  {
    path: ['policy', 'check'],
    summary: 'read a policy with all that it extends, and show what it comes to',
    load: async () => (await import('./commands/policy-check.ts')).policyCheck,
  },
  {
    path: ['policy', 'test'],
    summary: 'compare what a policy decides with what is expected',
    load: async () => (await import('./commands/policy-test.ts')).policyTest,
  },
  {
    path: ['spark', 'conf'],
    summary: 'print the configuration that makes Spark attest its jobs',
    load: async () => (await import('./commands/spark-conf.ts')).sparkConf,
  },
  {
    path: ['spark', 'jar'],
    summary: "print where the agent's JAR is",
    load: async () => (await import('./commands/spark-jar.ts')).sparkJar,
  },
  {
    path: ['store', 'index'],
    summary: 'write the listing that readers of a store over https need',
    load: async () => (await import('./commands/store-index.ts')).storeIndex,
  },
  {
    path: ['doctor'],
    summary: 'check that this machine has what attesting needs',
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
]
