import * as z from 'zod'

/**
 * A field that may be absent, as `exactOptional()` has it: that one runs the field's schema on what is absent, and
 * throws the issue away, which was a third of reading a statement. JSON has no `undefined`, so nothing else differs.
 */
export function optional<T extends z.ZodType>(schema: T): z.ZodExactOptional<T> {
  return z.optional(schema) as unknown as z.ZodExactOptional<T>
}
