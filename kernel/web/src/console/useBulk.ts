import { computed, reactive, ref, type Ref } from 'vue'
import { ApiError, operationId, post } from '@/api/client'
import type { BulkAction, CaseRow, DecideOutcome } from '@/api/types'

/** What became of a row, in a word; the sentence beside it says why. */
const WORDS: Record<string, string> = {
  refused: '不符合条件', stale_revision: '内容已更新', case_held: '同事正在办理', action_not_offered: '状态已变化', action_not_bulk: '须逐件办理', not_found: '没有找到',
}
export interface Said {
  done: boolean
  word: string
  detail: string
}
function said(outcome: DecideOutcome, action: BulkAction): Said {
  if (outcome.done) return { done: true, word: '已办理', detail: `已执行“${action.title}”。` }
  const why = outcome.reasons.map((reason) => reason.detail).join('')
  return { done: false, word: WORDS[outcome.code] ?? '未办理', detail: why || outcome.detail }
}

/** Rows of one page that were ticked, and what a decision on all of them did to each. */
export function useBulk(rows: Ref<CaseRow[] | null>) {
  const ticked = reactive(new Set<string>())
  const outcomes = reactive(new Map<string, Said>())
  const action = ref<BulkAction | null>(null)
  const busy = ref(false)
  const failure = ref('')
  let key = ''

  const open = computed(() => (rows.value ?? []).filter((row) => !outcomes.get(row.id)?.done))
  const chosen = computed(() => open.value.filter((row) => ticked.has(row.id)))
  const all = computed(() => open.value.length > 0 && chosen.value.length === open.value.length)

  function tick(id: string, on = !ticked.has(id)) {
    if (on && !outcomes.get(id)?.done) ticked.add(id)
    else ticked.delete(id)
  }
  const tickAll = (on: boolean) => open.value.forEach((row) => tick(row.id, on))
  function start(one: BulkAction) {
    if (chosen.value.length === 0) return
    action.value = one
    failure.value = ''
    key = operationId()
  }
  function forget() {
    ticked.clear()
    outcomes.clear()
  }
  /** @returns whether the server answered; if not, sending the same again does nothing twice */
  async function decide(reason: string): Promise<boolean> {
    const one = action.value!
    busy.value = true
    failure.value = ''
    try {
      const answer = await post('/staff/cases/decide', {
        body: { action: one.id, operation_id: key, ...(reason ? { reason } : {}), rows: chosen.value.map(({ id, revision }) => ({ id, revision })) },
      })
      for (const outcome of answer.rows) {
        outcomes.set(outcome.id, said(outcome, one))
        if (outcome.done) ticked.delete(outcome.id)
      }
      action.value = null
      return true
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      failure.value = error.errors[0]?.detail ?? error.message
      return false
    } finally {
      busy.value = false
    }
  }
  const counts = computed(() => {
    const every = [...outcomes.values()]
    return { done: every.filter((one) => one.done).length, left: every.filter((one) => !one.done).length }
  })
  return { ticked, outcomes, action, busy, failure, chosen, all, counts, tick, tickAll, start, forget, decide }
}
