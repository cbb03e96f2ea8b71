import { computed, inject, onScopeDispose, reactive, ref, shallowRef, type InjectionKey } from 'vue'
import { ApiError, get, operationId, post, put, upload as send, del } from '@/api/client'
import type { CaseView, Field, FieldError, FieldValue, FieldValues, Reason } from '@/api/types'
import { refreshMe, site } from '@/base/site'
import { fieldFault } from './validate'
import { allFields, isUpload, visible } from './values'

const SAVE_AFTER_MS = 700
const RETRY_MS = [2_000, 4_000, 8_000, 15_000, 30_000]
const POLL_MS = 700

export type SaveState = 'idle' | 'saving' | 'saved' | 'waiting' | 'conflict'
export type CaseForm = ReturnType<typeof useCase>
export const caseForm: InjectionKey<CaseForm> = Symbol('case')
export const useCaseForm = () => inject(caseForm)!

/**
 * One open case in the browser: what the server knows, what was typed since, and the way between them.
 * Typed values go to the server shortly after the last key; until the server has them they are also kept in this tab's
 * storage, so that neither a lost network nor a reload loses them. Values of secret fields are kept nowhere.
 * What changes the case goes to the server one after another: each must name the revision that the one before left.
 */
export function useCase() {
  const view = shallowRef<CaseView | null>(null)
  const values = reactive<FieldValues>({})
  const secrets = reactive<Record<string, string>>({})
  const errors = ref<FieldError[]>([])
  const reasons = ref<Reason[]>([])
  const failure = ref('')
  const saveState = ref<SaveState>('idle')
  const savedAtMs = ref(0)
  const busy = ref(false)
  const uploading = reactive<Record<string, number>>({})
  const uploadErrors = reactive<Record<string, string>>({})
  const dirty = new Map<string, FieldValue>()
  const keys = new Map<string, string>()
  /** Cards whose words are not in the fields yet, and which fields were typed since each was chosen: those keep what was typed. */
  const awaited = new Map<string, Set<string>>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let polling: ReturnType<typeof setTimeout> | undefined
  let asking = false
  let uploads = 0
  /** A change had no answer, so the server may have made it. */
  let unanswered = false
  let changes: Promise<unknown> = Promise.resolve()
  let failures = 0
  let closed = false

  /** Runs it once every change that was begun before has ended. */
  function inTurn<T>(change: () => Promise<T>): Promise<T> {
    const mine = changes.then(change)
    changes = mine.catch(() => undefined)
    return mine
  }

  /** What was recorded already, or lies with an office, is changed by an action as a whole, never by a draft. */
  const drafts = () => view.value !== null && view.value.editable && !['approved', 'in_review'].includes(view.value.case.phase)
  const fixed = (field: Field) => view.value?.fixed?.includes(field.id) ?? false
  const storeKey = () => `zikao:typed:${site.base}:${view.value?.case.id}`
  const errorOf = computed(() => Object.fromEntries(errors.value.map((error) => [error.field, error.detail])))

  function store() {
    if (dirty.size > 0) sessionStorage.setItem(storeKey(), JSON.stringify(Object.fromEntries(dirty)))
    else sessionStorage.removeItem(storeKey())
  }

  function take(fresh: CaseView) {
    view.value = fresh
    for (const key of Object.keys(values)) if (!(key in fresh.case.fields)) delete values[key]
    Object.assign(values, fresh.case.fields, Object.fromEntries(dirty))
    for (const [card, reading] of Object.entries(fresh.readings)) if (reading.state === 'reading' && !awaited.has(card)) awaited.set(card, new Set())
    poll()
  }

  async function load(id: string) {
    const fresh = await get('/cases/{id}', { path: { id } })
    view.value = fresh
    const kept = sessionStorage.getItem(storeKey())
    if (kept && fresh.editable) for (const [key, value] of Object.entries(JSON.parse(kept) as FieldValues)) dirty.set(key, value)
    take(fresh)
    // Read while nobody looked: the page was left before the words were there.
    const filled = new Set(Object.keys(values).filter((id) => values[id] !== ''))
    if (drafts()) for (const reading of Object.values(fresh.readings)) fillFrom(reading.values, filled)
    if (dirty.size > 0 && drafts()) schedule(0)
  }

  /** What a person typed or chose. */
  function set(field: Field, value: FieldValue) {
    for (const typed of awaited.values()) typed.add(field.id)
    change(field, value)
  }
  function change(field: Field, value: FieldValue) {
    if (JSON.stringify(values[field.id]) === JSON.stringify(value)) return
    values[field.id] = value
    for (const child of view.value ? allFields(view.value) : [])
      if (child.parent_field === field.id || child.major_field === field.id) change(child, child.widget === 'course_slots' || child.widget === 'course_plan' ? [] : '')
    dirty.set(field.id, value)
    errors.value = errors.value.filter((error) => error.field !== field.id)
    store()
    if (drafts()) schedule(SAVE_AFTER_MS)
  }
  /** Forgets what was typed since the server last heard of it. */
  function discard() {
    clearTimeout(timer)
    dirty.clear()
    errors.value = []
    reasons.value = []
    failure.value = ''
    if (!view.value) return
    store()
    take(view.value)
  }
  function setSecret(field: Field, value: string) {
    secrets[field.id] = value
    errors.value = errors.value.filter((error) => error.field !== field.id)
  }

  function schedule(after: number) {
    if (saveState.value === 'conflict' || closed || !drafts()) return
    clearTimeout(timer)
    timer = setTimeout(() => void flush(), after)
  }

  /** Sends what was typed; what is typed meanwhile goes with the next. */
  const flush = () => inTurn(save)
  async function save(): Promise<void> {
    clearTimeout(timer)
    if (!view.value || dirty.size === 0 || saveState.value === 'conflict' || !drafts()) return
    saveState.value = 'saving'
    try {
      await learn()
      if (saveState.value === 'saving') await sendDraft()
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      if (error.status === 409) {
        saveState.value = 'conflict'
        if (error.code === 'case_locked') failure.value = error.message
      } else if (error.passing || error.status === 429) {
        unanswered ||= error.passing
        saveState.value = 'waiting'
        timer = setTimeout(() => void flush(), RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)])
      } else {
        saveState.value = 'idle'
        errors.value = [...errors.value.filter((old) => !error.errors.some((fresh) => fresh.field === old.field)), ...error.errors]
        for (const wrong of error.errors) dirty.delete(wrong.field)
        if (error.errors.length === 0) failure.value = error.message
      }
    }
  }
  async function sendDraft() {
    const { id, revision } = view.value!.case
    const sent = new Map(dirty)
    const saved = await put('/cases/{id}/draft', { path: { id }, body: { revision, fields: Object.fromEntries(sent) } })
    failures = 0
    for (const [key, value] of sent) if (JSON.stringify(dirty.get(key)) === JSON.stringify(value)) dirty.delete(key)
    keepRevision(saved.revision, Object.fromEntries(sent))
    store()
    saveState.value = 'saved'
    savedAtMs.value = saved.saved_at_ms
    if (allFields(view.value!).some((field) => field.widget === 'course_plan' && (sent.has(field.id) || sent.has(field.major_field ?? '')))) void measureAgain()
    if (dirty.size > 0) schedule(SAVE_AFTER_MS)
  }
  /** After a change without an answer: one revision more is that change, and another page's are a conflict. */
  async function learn() {
    const before = view.value
    if (!before || !unanswered) return
    const fresh = await get('/cases/{id}', { path: { id: before.case.id } })
    unanswered = false
    if (fresh.case.revision > before.case.revision + 1) {
      saveState.value = 'conflict'
      return
    }
    for (const file of fresh.files) if (!before.files.some((old) => old.id === file.id)) delete uploadErrors[file.field]
    take(fresh)
  }

  function keepRevision(revision: number, fields: FieldValues = {}) {
    const current = view.value
    if (current) view.value = { ...current, case: { ...current.case, revision, fields: { ...current.case.fields, ...fields } } }
  }

  /** The plan of the major is measured by the server: what was asked for, or another major, changes its verdict. */
  async function measureAgain() {
    const current = view.value
    if (!current) return
    try {
      const fresh = await get('/cases/{id}', { path: { id: current.case.id } })
      if (view.value) view.value = { ...view.value, ledger: fresh.ledger }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      failure.value = error.message
    }
  }

  /** Fetches the newest state and lays what was typed here over it. */
  const reloadKeeping = () => inTurn(reload)
  async function reload() {
    const current = view.value
    if (!current) return
    saveState.value = 'idle'
    errors.value = []
    failure.value = ''
    take(await get('/cases/{id}', { path: { id: current.case.id } }))
    if (dirty.size > 0) schedule(0)
  }

  /** @returns whether all of the fields are right as far as the browser can tell */
  function check(fields: Field[]): boolean {
    const current = view.value
    if (!current) return false
    const found = fields.filter((field) => !fixed(field) && uploading[field.id] === undefined).map((field) => fieldFault(field, current, values, secrets)).filter((fault): fault is FieldError => fault !== null)
    const ids = new Set(fields.map((field) => field.id))
    errors.value = [...errors.value.filter((error) => !ids.has(error.field)), ...found]
    return found.length === 0
  }

  /** Waits for files that are still on their way. @returns whether the action was carried out */
  function perform(action: string, reason = ''): Promise<boolean> {
    busy.value = true
    const sending = Object.keys(uploading)
    return inTurn(() => act(action, reason, sending))
  }
  /** @param sent  fields whose files were on their way when the action was chosen */
  async function act(action: string, reason: string, sent: string[]): Promise<boolean> {
    failure.value = ''
    reasons.value = []
    try {
      await save()
      await learn()
      const current = view.value
      if (!current || saveState.value === 'conflict') return false
      const lost = sent.find((id) => uploadErrors[id])
      if (lost) {
        failure.value = `“${allFields(current).find((field) => field.id === lost)?.label ?? '证明材料'}”没有传上去，请重新选择后再提交。`
        return false
      }
      const typed = Object.keys(secrets).filter((id) => secrets[id] !== '')
      const key = `${action}:${current.case.revision}`
      if (!keys.has(key)) keys.set(key, operationId())
      const fresh = await post('/cases/{id}/actions/{action}', {
        path: { id: current.case.id, action },
        body: {
          revision: current.case.revision, request_key: keys.get(key)!,
          ...(dirty.size > 0 ? { fields: Object.fromEntries(dirty) } : {}),
          ...(typed.length > 0 ? { secrets: Object.fromEntries(typed.map((id) => [id, secrets[id]!])) } : {}),
          ...(reason ? { reason } : {}),
        },
      })
      dirty.clear()
      store()
      errors.value = []
      for (const id of Object.keys(secrets)) delete secrets[id]
      saveState.value = 'idle'
      take(fresh)
      await refreshMe()
      return true
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      if (error.status === 422 || error.status === 400) keys.clear()
      if (error.status === 409 && error.code !== 'conflict' && error.errors.length === 0 && error.reasons.length === 0) {
        if (error.code === 'stale_revision' || error.code === 'action_not_offered') saveState.value = 'conflict'
      }
      errors.value = [...error.errors, ...error.reasons.filter((one) => one.field).map((one) => ({ field: one.field, code: one.code, detail: one.detail }))]
      reasons.value = error.reasons.filter((one) => !one.field)
      if (errors.value.length === 0 && reasons.value.length === 0) failure.value = error.message
      return false
    } finally {
      busy.value = false
    }
  }

  /** @param prepared  the file once it is ready to be sent, or why it cannot be */
  function addFile(field: Field, prepared: Blob | Promise<Blob | string>): Promise<void> {
    delete uploadErrors[field.id]
    uploading[field.id] = 0
    awaited.set(field.id, new Set())
    return inTurn(() => sendFile(field, prepared))
  }
  async function sendFile(field: Field, prepared: Blob | Promise<Blob | string>) {
    const current = view.value!
    try {
      const file = await prepared
      if (typeof file === 'string') {
        awaited.delete(field.id)
        uploadErrors[field.id] = file
        return
      }
      await save()
      await learn()
      const done = await send<{ file: CaseView['files'][number]; reading_state: 'reading' | 'done' | 'failed' | null; revision: number }>(
        '/cases/{id}/files', { id: current.case.id }, field.id, file, (part) => (uploading[field.id] = part),
      )
      const latest = view.value!
      const readings = { ...latest.readings }
      if (done.reading_state) readings[field.id] = { state: done.reading_state, values: {}, detail: '' }
      else awaited.delete(field.id)
      uploads += 1
      view.value = {
        ...latest, readings,
        case: { ...latest.case, revision: done.revision },
        files: [...latest.files.filter((old) => old.field !== field.id), done.file],
      }
      errors.value = errors.value.filter((error) => error.field !== field.id)
      poll()
    } catch (error) {
      awaited.delete(field.id)
      if (!(error instanceof ApiError)) throw error
      unanswered ||= error.passing
      uploadErrors[field.id] = error.errors[0]?.detail ?? (error.reasons.map((reason) => reason.detail).join('') || error.message)
    } finally {
      delete uploading[field.id]
    }
  }
  const removeFile = (field: Field, file: string) => inTurn(() => dropFile(field, file))
  async function dropFile(field: Field, file: string) {
    try {
      await del('/cases/{id}/files/{file}', { path: { id: view.value!.case.id, file } })
      await reload()
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      uploadErrors[field.id] = error.message
    }
  }

  /**
   * While a card is being read: ask again and again, then put what was read into the fields, once for each card. One question
   * at a time, and an answer from before an upload counts for nothing: it knows of the card that was there before.
   */
  function poll() {
    clearTimeout(polling)
    const current = view.value
    if (!current || closed || asking || awaited.size === 0) return
    polling = setTimeout(() => {
      const asked = uploads
      asking = true
      get('/cases/{id}/readings', { path: { id: current.case.id } })
        .then((readings) => {
          if (asked === uploads) takeReadings(readings)
        })
        .catch((error: unknown) => {
          if (!(error instanceof ApiError) || !error.passing) throw error
        })
        .finally(() => {
          asking = false
          poll()
        })
    }, POLL_MS)
  }
  function takeReadings(readings: CaseView['readings']) {
    view.value = { ...view.value!, readings }
    for (const [card, typed] of [...awaited]) {
      const reading = readings[card]
      if (reading?.state === 'reading' || uploading[card] !== undefined) continue
      awaited.delete(card)
      if (reading?.state === 'done') fillFrom(reading.values, typed)
    }
  }
  function fillFrom(read: Record<string, string>, typed: Set<string>) {
    if (!view.value?.editable) return
    for (const field of allFields(view.value)) if (read[field.id] && !typed.has(field.id)) change(field, read[field.id]!)
  }

  /** What the machine read for a field, or undefined. */
  const readValue = (id: string) =>
    Object.values(view.value?.readings ?? {}).map((reading) => reading.values[id]).find((value) => value !== undefined && value !== '')

  const shownFields = (fields: Field[]) =>
    fields.filter((field) => visible(field, values) &&
      (field.widget !== 'secret' || site.me?.kind === 'visitor' || errors.value.some((error) => error.field === field.id)))

  const onOnline = () => dirty.size > 0 && schedule(0)
  const onHide = () => document.visibilityState === 'hidden' && dirty.size > 0 && void flush()
  window.addEventListener('online', onOnline)
  document.addEventListener('visibilitychange', onHide)
  onScopeDispose(() => {
    window.removeEventListener('online', onOnline)
    document.removeEventListener('visibilitychange', onHide)
    clearTimeout(polling)
    if (dirty.size > 0) void flush()
    closed = true
  })

  return {
    view, values, secrets, errors, errorOf, reasons, failure, saveState, savedAtMs, busy, uploading, uploadErrors, load, set, setSecret,
    flush, reloadKeeping, check, perform, addFile, removeFile, readValue, shownFields, isUpload, fixed, drafts, discard,
    text: (key: string) => view.value?.texts[key] ?? '',
  }
}
