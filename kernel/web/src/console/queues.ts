import { ref } from 'vue'
import { ApiError, get } from '@/api/client'
import type { Queue } from '@/api/types'

/** The queues with their counts, shared by menu and pages. */
export const queues = ref<Queue[]>([])
export const queuesProblem = ref('')

export async function refreshQueues(): Promise<void> {
  queuesProblem.value = ''
  try {
    queues.value = await get('/staff/queues')
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    queuesProblem.value = error.message
  }
}
export const queuePath = (queue: Queue) => ({ path: '/staff/cases', query: { type: queue.type, state: queue.state } })
