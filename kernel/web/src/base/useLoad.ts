import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { ApiError } from '@/api/client'
import { newest } from './newest'

/** What a page shows while it fetches: nothing yet, the thing, or why not with another try. */
export function useLoad<T>(fetch: () => Promise<T>): { data: ShallowRef<T | null>; problem: Ref<string>; load: () => Promise<void> } {
  const data = shallowRef<T | null>(null)
  const problem = ref('')
  const asking = newest()
  const load = async () => {
    problem.value = ''
    const last = asking()
    try {
      const found = await fetch()
      if (last()) data.value = found
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      if (last()) problem.value = error.message
    }
  }
  void load()
  return { data, problem, load }
}
