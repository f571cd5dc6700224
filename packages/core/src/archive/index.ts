export { type ExportedDataset, type ExportOptions, exportDataset } from './export-dataset.ts'
export { type ArchiveLimits, openArchive } from './open-archive.ts'
