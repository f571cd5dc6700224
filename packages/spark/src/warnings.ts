import { driverClassPath } from './driver-class-path.ts'
import type { ValidSparkOptions } from './options.ts'

export type Warning = { readonly code: string; readonly message: string }

/** What the configuration allows but its owner should know: each lowers the level that a verifier will prove. */
export function listWarnings(options: ValidSparkOptions): Warning[] {
  return WARNINGS.filter(({ applies }) => applies(options)).map(({ code, message }) => ({ code, message }))
}

type Rule = Warning & { applies(options: ValidSparkOptions): boolean }

const WARNINGS: Rule[] = [
  {
    code: 'key-readable-by-job',
    message:
      'any code of the job can read this key file: L2.PL.1 asks for a key that user code cannot reach, such as one in a KMS',
    applies: ({ level, signingKey }) => level >= 2 && (signingKey?.startsWith('file:') ?? false),
  },
  {
    code: 'no-timestamp',
    message: 'without a timestamp authority nothing proves when it was signed (L2.P.6): a verifier will prove level 1',
    applies: ({ level, timestampUrl }) => level >= 2 && timestampUrl === undefined,
  },
  {
    code: 'key-unused',
    message: 'level 1 is unsigned: the key is not used',
    applies: ({ level, signingKey }) => level === 1 && signingKey !== undefined,
  },
  {
    code: 'not-in-this-version',
    message:
      'the agent of this version asks no control plane, digests no rows and names no tenant: registryUrl, rows and tenant have no effect',
    applies: ({ registryUrl, rows, tenant }) => registryUrl !== undefined || rows === 'muhash' || tenant !== undefined,
  },
  {
    code: 'level-unavailable',
    message:
      'the agent of this version signs level 3 as level 2, and no run with it is complete (level-3-unavailable): whoever asks for complete runs refuses them',
    applies: ({ level }) => level === 3,
  },
  {
    code: 'jar-off-class-path',
    message:
      'the driver cannot have this JAR on its class path from the start, so that outputs are hashed after their commit, not while tasks write: install it (--installed), in the image of a container say',
    applies: ({ jar }) => jar !== undefined && driverClassPath(jar) === undefined,
  },
  {
    code: 'digests-off',
    message:
      'with digest.inputs none every statement that has inputs is partial, so that a verifier will prove level 1 at most; with digest.outputs none no output is attested at all',
    applies: ({ level, digestInputs, digestOutputs }) =>
      level >= 2 && (digestInputs === 'none' || digestOutputs === 'none'),
  },
]
