import type { CaseView, Field, FieldValue } from '@/api/types'
import { get } from '@/api/client'
import { stamp } from '@/base/format'
import { linesOf, STATES } from '@/degree/degrees'
import { allMajors, majorLabel, optionsOf, planOf, sittingOf } from './lists'
import { ledgerLines, standingText } from './ledger'
import { asCourses, asList, asRows, asText } from './values'

/** A value as people read it, line by line: names instead of codes. Empty: there is nothing. */
export async function shownLines(field: Field, view: CaseView, value: FieldValue | undefined): Promise<string[]> {
  const text = asText(value)
  switch (field.widget as string) {
    case 'choice':
    case 'region': {
      if (!text) return []
      const parent = field.parent_field ? asText(view.case.fields[field.parent_field]) : ''
      return [(await optionsOf(field, parent)).find((one) => one.value === text)?.label ?? text]
    }
    case 'previous_degree': {
      const { state, degree } = await get('/cases/{id}/degree', { path: { id: view.case.id } })
      return [STATES[state].title, ...(degree ? linesOf(degree).map(([label, words]) => `${label}：${words}`) : [])]
    }
    case 'checks': {
      const options = await optionsOf(field)
      return asList(value).map((code) => options.find((one) => one.value === code)?.label ?? code)
    }
    case 'major': {
      if (!text) return []
      const major = (await allMajors()).find((one) => one.code === text)
      return [major ? majorLabel(major, field) : text]
    }
    case 'sitting': {
      if (!text) return []
      const sitting = await sittingOf(text)
      return [field.shows ? `${sitting.code}-${sitting.name}` : sitting.name]
    }
    case 'course_slots': {
      const courses = asCourses(value)
      if (courses.length === 0) return []
      const sitting = await sittingOf(view.case.sitting ?? 'current')
      const major = field.major_field ? asText(view.case.fields[field.major_field]) : ''
      const plan = major ? await planOf(major) : null
      return courses.map((one) => {
        const slot = sitting.slots.find((found) => found.slot_no === one.slot_no)
        const name = plan?.courses.find((found) => found.code === one.code)?.name ?? ''
        return `${slot ? stamp(slot.starts_at_ms) : ''} ${one.code} ${name}`
      })
    }
    case 'rows':
      return asRows(value).map((row) => (field.columns ?? []).map((column) => {
        const cell = row[column.id] ?? ''
        return column.options?.find((one) => one.value === cell)?.label ?? (cell || (field.period?.to === column.id ? '至今' : ''))
      }).filter(Boolean).join('　'))
    case 'course_plan':
      return ledgerLines(view.ledger).map((line) => `${line.code} ${line.name}　${standingText(line)}`)
    case 'notice':
      return [value === true ? '已确认' : '未确认']
    case 'secret':
    case 'phone_code':
      return ['（不显示）']
    default:
      return text ? [text] : []
  }
}
