export type { ArchiveLimits } from './archive-limits.ts'
export { type ExportedDataset, type ExportOptions, exportDataset } from './export-dataset.ts'
export { openArchive } from './open-archive.ts'
