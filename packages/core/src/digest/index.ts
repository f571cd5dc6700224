export {
  type DatasetDigest,
  type DatasetStamps,
  type DigestDatasetOptions,
  type DigestDirectoryOptions,
  digestDataset,
  digestDirectory,
  digestFile,
  type FileDigest,
  localPath,
} from './dataset.ts'
export { compareStamps, readStamps } from './dataset-stamps.ts'
export { isLeftOut } from './directory-listing.ts'
export type { HashOptions, HashProgress } from './hash-files.ts'
export {
  digestManifest,
  type ManifestDigest,
  type ManifestEntry,
  type ManifestLimits,
  manifestLeaves,
  parseManifest,
  renderManifest,
  sortFiles,
} from './manifest.ts'
export { applyManifestDelta, type ManifestDelta, parseManifestDelta } from './manifest-delta.ts'
export { checkManifestPath, findPathClashes } from './manifest-path.ts'
export {
  hashLeaf,
  type InclusionClaim,
  merkleRoot,
  proveInclusion,
  verifyInclusion,
  verifyLeafHashInclusion,
} from './merkle-tree.ts'
export { sha256, sha256Hex } from './sha256.ts'
