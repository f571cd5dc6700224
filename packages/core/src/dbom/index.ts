export { buildDatasetDbom, type DatasetDbomOptions } from './build-dataset-dbom.ts'
export { buildFlatDbom } from './build-flat-dbom.ts'
export { buildLineage, type LineageEdge, type LineageGraph, type LineageNode, renderDot } from './lineage-graph.ts'
export { readFlatDbom } from './read-flat-dbom.ts'
