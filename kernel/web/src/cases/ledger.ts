/** The plan of a major measured by a candidate's passes, as the server says it (docs/rule-author.md, fact `ledger`). */
export interface LedgerCourse { code: string; name: string }
export interface LedgerWay {
  kind: 'exam' | 'waiver' | 'substitution' | 'filing'
  ready: boolean
  rule?: string
  text?: string
  evidence?: string
  with?: LedgerCourse[]
  min_credits?: number
}
export interface LedgerLine extends LedgerCourse {
  standing: 'passed' | 'waived' | 'substituted' | 'missing'
  needed: boolean
  credits?: number
  score?: number
  grade?: string
  passed_on?: string
  source?: string
  rule?: string
  basis?: string
  with?: LedgerCourse[]
  granted?: boolean
  ways?: LedgerWay[]
}
/** Something on file that was changed outside the platform, so that it does not count. */
export interface LedgerAltered { kind: 'pass' | 'number' | 'grant'; of: string }
export interface Ledger {
  complete: boolean
  courses: number
  credits: number
  min_courses: number
  min_credits: number
  lines: LedgerLine[]
  spare: LedgerCourse[]
  altered: LedgerAltered[]
}

export const asLedger = (value: unknown) => (value ?? null) as Ledger | null
export const ledgerLines = (value: unknown) => asLedger(value)?.lines ?? []
const ALTERED = { pass: '的合格成绩', number: '的准考证号合并', grant: '的免考或替代' }
/** For officers: what does not count, and what to do about it; empty: nothing. */
export function alteredText(value: unknown): string {
  const rows = asLedger(value)?.altered ?? []
  return rows.length === 0 ? '' : `${rows.map((row) => row.of + ALTERED[row.kind]).join('、')}与系统写入时不一致，不予计入。请联系系统管理员核查。`
}
export const named = (course: LedgerCourse) => `${course.code} ${course.name}`

/** Where a pass comes from; nothing is said of an examination. */
const SOURCES: Record<string, string> = { practice: '实践考核', transfer: '转入成绩', filed: '凭材料归档' }

/** What a course stands at and what that rests on; the id of a rule tells a reader nothing. */
export function standingText(line: LedgerLine): string {
  const decided = line.granted ? '' : '（待审核）'
  switch (line.standing) {
    case 'passed': return `通过（${[line.score ?? line.grade, line.passed_on, SOURCES[line.source ?? '']].filter(Boolean).join('，')}）`
    case 'waived': return `免考${decided}${line.basis ? `：凭${line.basis}` : ''}`
    case 'substituted': return `替代课程${decided}：${(line.with ?? []).map(named).join('、')}`
    default: return line.needed ? '未通过' : '未通过（选考，可不考）'
  }
}

export function wayText(way: LedgerWay): string {
  switch (way.kind) {
    case 'exam': return way.ready ? '参加考试' : '先通过理论课，再参加考试'
    case 'filing': return '您有外省转入成绩，请持证明材料到考试机构归档'
    case 'waiver': return `免考：${way.text ?? ''}`
    default: return way.with ? `替代课程：${way.with.map(named).join(' 和 ')}${way.ready ? '' : '（尚未合格，或已用于本专业的其他课程）'}` : `用不少于 ${way.min_credits} 学分的合格课程替代`
  }
}
