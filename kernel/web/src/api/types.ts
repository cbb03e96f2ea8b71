import type { components } from './schema'

type Schemas = components['schemas']
export type Problem = Schemas['Problem']
export type FieldError = Schemas['FieldError']
export type Reason = Schemas['Reason']
export type TenantCard = Schemas['TenantCard']
export type TenantProfile = Schemas['TenantProfile']
export type Procedure = TenantProfile['procedures'][number] & { gate?: Gate | null }
export type Theme = Schemas['Theme']
export type Me = Schemas['Me']
export type Center = Schemas['Center']
export type Tile = Schemas['Tile']
export type Message = Schemas['Message']
export type CaseView = Omit<Schemas['CaseView'], 'definition' | 'actions' | 'files'> & CaseViewWords
export type CaseFile = Schemas['CaseFile'] & { warnings?: { code: string; detail: string }[] }
export type CaseEvent = Schemas['CaseEvent']
export type Field = Schemas['Field']
export type FieldValue = Schemas['FieldValue']
export type FieldValues = Schemas['FieldValues']
export type ChosenCourse = Schemas['ChosenCourse']
export type ActionOffer = Schemas['ActionOffer'] & ActionWords
export type Reading = Schemas['Reading']
export type Readings = Schemas['Readings']
export type ComparisonRow = Schemas['ComparisonRow']
export type Phase = Schemas['Phase']
export type ListItem = Schemas['ListItem']
export type Major = Schemas['Major']
export type Plan = Schemas['Plan']
export type Course = Schemas['Course']
export type Sitting = Schemas['Sitting']
export type SittingInput = Schemas['SittingInput']
export type Order = Schemas['Order']
export type OrderState = Schemas['OrderState']
export type OrderLine = Schemas['OrderLine']
export type Payment = Schemas['Payment']
export type Codes = Schemas['Codes']
export type Queue = Schemas['Queue']
export type CaseRow = Schemas['CaseRow']
export type CandidateRow = Schemas['CandidateRow']
export type StaffOrder = Schemas['StaffOrder']
export type StaffAttempt = Schemas['StaffAttempt']
export type MoneyException = Schemas['MoneyException']
export type Refund = Schemas['Refund']
export type RuleVersion = Schemas['RuleVersion']
export type RuleReport = Schemas['RuleReport']

/** A notice in front of a form: read to its end, acknowledged, then the form. */
export interface Gate {
  title: string
  text: string
  tick: string
  button: string
  needed?: boolean
}
export interface Fact {
  id: string
  label: string
  value: string
  picture?: string
}
export interface After {
  say: string | null
  button: string | null
  go: 'case' | 'payment' | 'login' | 'home' | 'center'
}
interface CaseViewWords {
  gate?: Gate | null
  fixed?: string[]
  actions: ActionOffer[]
  files: CaseFile[]
  definition: { pages: { id: string; title: string; notices: string[]; fields: Field[]; facts?: Fact[] }[]; states: Schemas['CaseView']['definition']['states'] }
}
interface ActionWords {
  confirm?: { text: string; fields: { id: string; label: string }[] } | null
  after?: After | null
}
