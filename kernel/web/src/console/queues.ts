import { ref } from 'vue'
import { ApiError, get } from '@/api/client'
import type { Queue } from '@/api/types'

/** The queues with their counts, shared by menu and pages. */
export const queues = ref<Queue[]>([])
export const queuesProblem = ref('')

let asked = 0
/** The newest question counts: an answer that comes after a later one's says how it was before a decision. */
export async function refreshQueues(): Promise<void> {
  const mine = ++asked
  queuesProblem.value = ''
  try {
    const fresh = await get('/staff/queues')
    if (mine === asked) queues.value = fresh
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    if (mine === asked) queuesProblem.value = error.message
  }
}
export const queuePath = (queue: Queue) => ({ path: '/staff/cases', query: { type: queue.type, state: queue.state } })
