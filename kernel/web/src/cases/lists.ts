import { ref, watch, type Ref } from 'vue'
import { get } from '@/api/client'
import type { Field, ListItem, Major, OpenSitting, Plan, Sitting } from '@/api/types'

export interface Option {
  value: string
  label: string
}
const kept = new Map<string, Promise<unknown>>()

/** Each list is fetched once per page; a failed one is asked again. */
function once<T>(key: string, fetch: () => Promise<T>): Promise<T> {
  const found = kept.get(key) as Promise<T> | undefined
  if (found) return found
  const asked = fetch()
  kept.set(key, asked)
  asked.catch(() => kept.delete(key))
  return asked
}

export const listOf = (name: string, parent = '') =>
  once<ListItem[]>(`list:${name}:${parent}`, () => get('/lists/{name}', { path: { name }, query: parent ? { parent } : {} }))
export const allMajors = () => once<Major[]>('majors', () => get('/majors'))
export const planOf = (code: string) => once<Plan>(`plan:${code}`, () => get('/majors/{code}/plan', { path: { code } }))
/** The sittings whose sign-up is not over. */
export const openSittings = () => once<OpenSitting[]>('sittings', () => get('/sittings'))
export const sittingOf = (code: string) => once<Sitting>(`sitting:${code}`, () => get('/sittings/{code}', { path: { code } }))

/** How a province wants an option written: by its name, or as code-name, or as code-name-level. */
function written(field: Field, code: string, name: string, level = ''): string | null {
  if (field.shows === 'code-name') return `${code}-${name}`
  if (field.shows === 'code-name-level') return [code, name, level].filter(Boolean).join('-')
  return null
}
export const majorLabel = (major: Major, field: Field) =>
  written(field, major.code, major.name, major.level) ?? `${major.code} ${major.name}${major.level ? `（${major.level}）` : ''}`

export async function optionsOf(field: Field, parent = ''): Promise<Option[]> {
  if (!field.options) return []
  if (Array.isArray(field.options)) return field.options.map((one) => ({ value: one.value, label: written(field, one.value, one.label) ?? one.label }))
  return (await listOf(field.options.list, parent)).map((item) => ({ value: item.code, label: written(field, item.code, item.name) ?? item.name }))
}

/** The options of a field, following its parent's value. `failed` lets the widget offer another try. */
export function useOptions(field: () => Field, parent: () => string): { options: Ref<Option[]>; failed: Ref<boolean>; reload: () => void } {
  const options = ref<Option[]>([])
  const failed = ref(false)
  const reload = () => {
    const wanted = parent()
    if (field().parent_field && !wanted) {
      options.value = []
      return
    }
    failed.value = false
    optionsOf(field(), wanted)
      .then((found) => {
        if (wanted === parent()) options.value = found
      })
      .catch(() => (failed.value = true))
  }
  watch([() => field().id, parent], reload, { immediate: true })
  return { options, failed, reload }
}
