import type { CaseView, ChosenCourse, Field, FieldValue, FieldValues, Treatment } from '@/api/types'

export const UPLOADS = ['upload', 'photo', 'id_card']
export const isUpload = (field: Field) => UPLOADS.includes(field.widget)

const LINE = 200
/** Whether more is asked for than a line holds. */
export const isLong = (field: Field) => field.widget === 'text' && (field.max ?? 0) > LINE

/** Values that go along with an action and are kept nowhere. */
export const isSecret = (field: Field) => field.widget === 'secret' || field.widget === 'phone_code'

/** Judged as the server judges it: one value, or any of several. */
export function visible(field: Field, values: FieldValues): boolean {
  if (!field.visible_if) return true
  const value = values[field.visible_if.field]
  const held = Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [value]
  return held.some((one) => typeof one === 'string' && field.visible_if!.is_any.includes(one))
}

export const allFields = (view: CaseView) => view.definition.pages.flatMap((page) => page.fields)
export const fileOf = (view: CaseView, field: string) => view.files.find((file) => file.field === field)
/** Why a case came back or was refused; empty otherwise. */
export const reasonOf = (view: CaseView) =>
  ['returned', 'rejected'].includes(view.case.phase) ? ([...view.history].reverse().find((event) => event.reason)?.reason ?? '') : ''
/** Whether the case is about this one picture: its state then stands beside it. */
export const isAbout = (view: CaseView, field: Field) =>
  field.widget === 'photo' && view.case.phase !== 'draft' && allFields(view).filter(isUpload).length === 1
export const asText = (value: FieldValue | undefined) => (typeof value === 'string' ? value : '')
export const asList = (value: FieldValue | undefined) =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []
export const asCourses = (value: FieldValue | undefined): ChosenCourse[] =>
  Array.isArray(value) ? value.filter((one): one is ChosenCourse => typeof one === 'object' && 'slot_no' in one) : []
export const asTreatments = (value: FieldValue | undefined): Treatment[] =>
  Array.isArray(value) ? value.filter((one): one is Treatment => typeof one === 'object' && 'kind' in one && 'course' in one) : []
export const asRows = (value: FieldValue | undefined): Record<string, string>[] =>
  Array.isArray(value) ? value.filter((one): one is Record<string, string> => typeof one === 'object') : []

export function empty(value: FieldValue | undefined): boolean {
  return value === undefined || value === null || value === '' || value === false || (Array.isArray(value) && value.length === 0)
}
