export { type GatherOptions, gatherReport } from './gather-report.ts'
export { renderPage } from './render-page.ts'
export { PAGE_SCHEMA, type Place, type ReportData } from './report-data.ts'
