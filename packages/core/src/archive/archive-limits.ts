import { MakotoError } from '../errors.ts'

/** What an archive may be, to be written and to be opened: the same, so that whatever is exported opens. */
export interface ArchiveLimits {
  /** Bytes before compression: of the tar with its headers. Default 512 MiB. */
  readonly maxBytes?: number | undefined
  /** Default 200,000. */
  readonly maxEntries?: number | undefined
}

export function limitArchive({ maxBytes = 512 * 1024 * 1024, maxEntries = 200_000 }: ArchiveLimits) {
  return { maxBytes, maxEntries }
}

export function tooMany(what: string): MakotoError {
  return new MakotoError('limit-exceeded', `The archive would not open: more than ${what} to export.`, {
    hint: 'Thousands of pointers under one name that lead nowhere are an accident or an attack: look at names/ in the store.',
  })
}
