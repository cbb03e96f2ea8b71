import { onBeforeUnmount, onMounted, ref } from 'vue'
import { ApiError, del, post } from '@/api/client'
import type { CaseHold } from '@/api/types'

const RENEW_MS = 60_000

/**
 * Keeps an open case for this officer while the page shows it, and lets go on leaving. `hold` is null while nobody has it.
 * @param again  reads the case again: only it tells who holds it
 */
export function useHold(id: string, again: () => Promise<void>) {
  const hold = ref<CaseHold | null>(null)
  /** It was ours until somebody took it over. */
  const lost = ref(false)
  let gone = false

  /** @returns false: another officer has it */
  async function take(takeOver: boolean): Promise<boolean> {
    try {
      const held = await post('/staff/cases/{id}/hold', { path: { id }, body: { take_over: takeOver } })
      if (gone) return release().then(() => true)
      hold.value = held
      lost.value = false
      return true
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      if (error.code === 'case_held') return false
      // Without a hold one may still decide: a connection that is lost or a case that moved on says so by itself.
      return true
    }
  }
  /** The case was read: takes it where nobody has it and there is something to decide. */
  async function found(held: CaseHold | null, decides: boolean) {
    if (hold.value?.mine && held && !held.mine) lost.value = true
    hold.value = held
    if (decides && (held === null || held.mine) && !(await take(false))) await again()
  }
  async function renew() {
    if (hold.value?.mine && !document.hidden && !(await take(false))) await again()
  }
  async function release() {
    if (!hold.value?.mine && !gone) return
    hold.value = null
    try {
      await del('/staff/cases/{id}/hold', { path: { id }, keepalive: true })
    } catch (error) {
      // It ends by itself within minutes.
      if (!(error instanceof ApiError)) throw error
    }
  }
  const leave = () => void release()
  const timer = setInterval(() => void renew(), RENEW_MS)
  onMounted(() => window.addEventListener('pagehide', leave))
  onBeforeUnmount(() => {
    clearInterval(timer)
    window.removeEventListener('pagehide', leave)
    const mine = hold.value?.mine ?? false
    if (mine) leave()
    gone = true
  })
  return { hold, lost, found, takeOver: () => take(true) }
}
