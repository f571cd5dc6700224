import {
  compareStamps,
  type DatasetStamps,
  type DigestDatasetOptions,
  digestDataset,
  isMakotoError,
  readStamps,
} from '@makoto/core'

/** Notices whether somebody wrote to a dataset since it was hashed. */
export interface DatasetWatch {
  /** The options to hash it with: what the file system says of each file is kept on the way. */
  readonly digest: DigestDatasetOptions
  /** What is not as it was hashed, for people; empty where nobody wrote. */
  findChanges(): string[]
  /** The same, reading every byte again. */
  findChangedBytes(sha256: string): Promise<string[]>
}

export function watchDataset(dataset: string, options: DigestDatasetOptions = {}): DatasetWatch {
  let taken: DatasetStamps | undefined
  return {
    digest: {
      ...options,
      onStamps: (stamps) => {
        taken = stamps
      },
    },
    findChanges: () => {
      if (taken === undefined) return ['the files were not read']
      const before = taken
      return explainFailure(() => compareStamps(before, readStamps(dataset, options)))
    },
    findChangedBytes: async (sha256) => {
      try {
        const found = await digestDataset(dataset, options)
        return found.sha256 === sha256 ? [] : [`the dataset, now sha256 ${found.sha256}`]
      } catch (error) {
        return [messageOf(error)]
      }
    },
  }
}

/** Data that cannot be looked at any more is not as it was. */
function explainFailure(look: () => string[]): string[] {
  try {
    return look()
  } catch (error) {
    return [messageOf(error)]
  }
}

function messageOf(error: unknown): string {
  if (isMakotoError(error) && error.code !== 'aborted') return error.message
  throw error
}
