import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { ApiError } from '@/api/client'

/** What a page shows while it fetches: nothing yet, the thing, or why not with another try. */
export function useLoad<T>(fetch: () => Promise<T>): { data: ShallowRef<T | null>; problem: Ref<string>; load: () => Promise<void> } {
  const data = shallowRef<T | null>(null)
  const problem = ref('')
  const load = async () => {
    problem.value = ''
    try {
      data.value = await fetch()
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      problem.value = error.message
    }
  }
  void load()
  return { data, problem, load }
}
