export {
  analyseRendering,
  RENDERING_PATTERNS,
  RENDERING_SCANNER,
  type RenderingAnalysis,
  type RenderingPattern,
  type RenderingVerdict,
  renderingAnalysisSchema,
  type ScannedFile,
  verdictOf,
} from './analysis.ts'
export { RENDERING_FAMILIES, type RenderingFamily } from './families.ts'
export { startTextScan, type TextFindings, type TextScan } from './scan-text.ts'
