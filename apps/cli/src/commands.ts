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
    path: ['doctor'],
    summary: 'check that this machine has what attesting needs',
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
]
