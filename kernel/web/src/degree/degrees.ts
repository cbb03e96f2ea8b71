import type { Degree, DegreeCheck } from '@/api/types'
import type { Tone } from '@/base/phase'

/** What stands on the page for each state, and its tone. */
export const STATES: Record<DegreeCheck['state'], { title: string; tone: Tone }> = {
  none: { title: '未核验', tone: 'info' },
  creating: { title: '正在获取二维码', tone: 'wait' },
  waiting: { title: '等待扫码授权', tone: 'wait' },
  choosing: { title: '请选择一条学历', tone: 'wait' },
  verified: { title: '已完成', tone: 'good' },
  expected: { title: '应届毕业，待核验', tone: 'wait' },
  no_record: { title: '未查询到学历', tone: 'bad' },
  mismatch: { title: '身份信息不一致', tone: 'bad' },
  rejected: { title: '未授权', tone: 'bad' },
  expired: { title: '二维码已过期', tone: 'bad' },
  replaced: { title: '二维码已更换', tone: 'info' },
}

const BASES: Record<Degree['basis'], string> = { online: '在线核验', papers: '书面材料审核', expected: '学校证明（应届）' }

/** The lines of a degree, those without a value left out. */
export function linesOf(degree: Degree): [label: string, value: string][] {
  const year = (value: number | null) => (value ? `${value} 年` : '')
  const lines: [string, string][] = [
    ['核验方式', BASES[degree.basis]], ['学历层次', degree.level], ['院校名称', degree.school], ['专业名称', degree.major], ['学习形式', degree.study_form],
    ['学历类别', degree.type], ['入学年份', year(degree.admission_year)], ['毕业年份', year(degree.graduation_year)], ['毕业结论', degree.conclusion],
    ['证书编号', degree.certificate_no], ['落款日期', degree.printed_on ?? ''], ['证明材料', degree.document], ['材料编号', degree.document_number],
  ]
  return lines.filter(([, value]) => value !== '')
}
