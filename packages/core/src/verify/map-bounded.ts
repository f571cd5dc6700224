/** Maps with at most `width` calls under way, in order: many small reads, never thousands of open files. */
export async function mapBounded<Item, Result>(
  items: readonly Item[],
  width: number,
  read: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  const next = items.entries()
  const worker = async () => {
    for (const [index, item] of next) results[index] = await read(item, index)
  }
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker))
  return results
}

/** Reads of a store under way at once. */
export const STORE_READS = 8
