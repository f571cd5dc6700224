import type * as z from 'zod'
import type { $ZodCheck, $ZodObjectDef, $ZodRecordDef, $ZodType, $ZodTypes } from 'zod/v4/core'

type Accepts = (value: unknown) => boolean

/**
 * Reads by a schema what has been read as JSON. A value that fulfils the schema as it stands is the answer itself:
 * zod would answer a copy, and most of its time goes into that. About every other value zod decides, and says why.
 * @see docs/decisions/0039
 */
export function schemaReader<T>(schema: z.ZodType<T>): (value: unknown) => z.ZodSafeParseResult<T> {
  let accepts: Accepts | undefined
  return (value) => {
    accepts ??= compile(schema)
    return accepts(value) ? { success: true, data: value as T } : schema.safeParse(value)
  }
}

/** Whether zod's answer would be success, with an equal value. False wherever that is not plain. */
function compile(schema: $ZodType): Accepts {
  const hasType = compileType((schema as $ZodTypes)._zod.def)
  const checks = checksOf(schema)
  return checks.length === 0 ? hasType : (value) => hasType(value) && hold(checks, value)
}

const undecided: Accepts = () => false

function compileType(def: $ZodTypes['_zod']['def']): Accepts {
  switch (def.type) {
    case 'string':
      return 'coerce' in def && def.coerce ? undecided : (value) => typeof value === 'string'
    case 'number':
      return 'coerce' in def && def.coerce ? undecided : Number.isFinite
    case 'unknown':
      return (value) => value !== undefined
    case 'custom':
      return () => true
    case 'literal':
      return isOneOf(def.values)
    case 'enum':
      return isOneOf(Object.values(def.entries).filter((value) => typeof value === 'string'))
    case 'optional': {
      const accepts = compile(def.innerType)
      return (value) => value === undefined || accepts(value)
    }
    case 'nullable': {
      const accepts = compile(def.innerType)
      return (value) => value === null || accepts(value)
    }
    case 'union': {
      const options = def.options.map(compile)
      return (value) => options.some((accepts) => accepts(value))
    }
    case 'array': {
      const accepts = compile(def.element)
      return (value) => Array.isArray(value) && value.every(accepts)
    }
    case 'object':
      return compileObject(def)
    case 'record':
      return compileRecord(def)
    default:
      return undecided
  }
}

function isOneOf(values: Iterable<unknown>): Accepts {
  const known = new Set(values)
  return (value) => known.has(value)
}

function compileObject({ shape, catchall }: $ZodObjectDef): Accepts {
  const rest = catchall?._zod.def.type
  if (rest !== undefined && rest !== 'unknown' && rest !== 'never') return undecided
  const fields = Object.entries(shape).map(([name, field]) => ({ name, accepts: compile(field) }))
  const names = new Set(Object.keys(shape))
  return (value) => {
    if (!isPlainObject(value)) return false
    for (const { name, accepts } of fields) if (!accepts(value[name])) return false
    return rest === 'unknown' || hasNoOther(value, names)
  }
}

function hasNoOther(value: object, names: ReadonlySet<string>): boolean {
  for (const name in value) if (!names.has(name)) return false
  return true
}

function compileRecord({ keyType, valueType, ...options }: $ZodRecordDef): Accepts {
  if ('mode' in options && options.mode === 'loose') return undecided
  const [acceptsName, acceptsValue] = [compile(keyType), compile(valueType)]
  return (value) =>
    isPlainObject(value) && Object.entries(value).every(([name, part]) => acceptsName(name) && acceptsValue(part))
}

/** `__proto__` is left out of what zod answers. */
function isPlainObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !Object.hasOwn(value, '__proto__')
}

/** A schema of a format, or of a function of ours, is a check itself. */
function checksOf(schema: $ZodType): readonly $ZodCheck<unknown>[] {
  const { traits, def } = schema._zod
  const own = traits.has('$ZodCheck') ? [schema] : []
  return [...own, ...(def.checks ?? [])] as unknown as readonly $ZodCheck<unknown>[]
}

/** A check that answers later, or that alters what it looks at, is not one that holds. */
function hold(checks: readonly $ZodCheck<unknown>[], value: unknown): boolean {
  const payload = { value, issues: [] }
  for (const check of checks)
    if (check._zod.check(payload) !== undefined || payload.issues.length > 0 || payload.value !== value) return false
  return true
}
