import { reportSchema } from '@makoto/core/verify'
import * as z from 'zod'
import { PAGE_SCHEMA, type ReportData } from '../report-data.ts'

const hex = z.string().regex(/^[0-9a-f]{64}$/)
const placeSchema = z.object({ subject: hex, bundle: hex, form: z.enum(['sigstore', 'intoto']) })

/** A page is a file that anybody can edit: what its script works on has the form that it was written in. */
const reportDataSchema: z.ZodType<ReportData> = z.object({
  schema: z.literal(PAGE_SCHEMA),
  madeBy: z.string(),
  author: z.string().exactOptional(),
  report: reportSchema,
  attestation: placeSchema.nullable(),
  previous: placeSchema.nullable(),
  objects: z.record(z.string(), z.string()),
  leftOut: z.array(z.string()),
})

/** The data that the page carries; a string says what is wrong with it. */
export function readData(text: string): ReportData | string {
  try {
    const result = reportDataSchema.safeParse(JSON.parse(text))
    if (result.success) return result.data
    const [issue] = result.error.issues
    return `${issue?.path.join('.') || 'data'}: ${issue?.message}`
  } catch {
    return 'it is no JSON'
  }
}
