import type { CaseView, Field, FieldError, FieldValues } from '@/api/types'
import { idNumberFault } from '@/base/idNumber'
import { site } from '@/base/site'
import { asCourses, asText, empty, fileOf, isUpload, visible } from './values'

const ID_NUMBER: Record<string, string> = {
  id_number_length: '身份证号应为 18 位，请对照证件再看一遍。',
  id_number_characters: '身份证号只能由数字组成，最后一位可以是 X，请对照证件再看一遍。',
  id_number_birth_date: '身份证号中的出生日期不存在，请对照证件再看一遍。',
  id_number_check_digit: '身份证号最后一位不对，请对照证件再看一遍。',
}
const MISSING: Record<string, [code: string, verb: string]> = {
  choice: ['required_choice', '请选择'], checks: ['required_choice', '请选择'], region: ['required_choice', '请选择'],
  major: ['required_choice', '请选择'], date: ['required_choice', '请选择'], course_slots: ['required_choice', '请选择'],
  upload: ['required_upload', '请上传'], photo: ['required_upload', '请上传'], id_card: ['required_upload', '请上传'],
  declaration: ['required_declaration', '请勾选'], notice: ['required_notice', '请先阅读并确认'],
}
const PATTERNS: Record<string, RegExp> = { chinese_name: /^[\p{Script=Han}·]+$/u }

/** Password faults that can be seen here; own data and common passwords are judged by the server. */
function secretFault(field: Field, secrets: Record<string, string>): [string, string] | null {
  const value = secrets[field.id] ?? ''
  if (field.confirms) {
    return value === (secrets[field.confirms] ?? '') ? null : ['password_differs', '两次输入的密码不一致，请重新输入。']
  }
  const length = [...value].length
  if (length < 8) return ['password_short', '密码至少 8 个字符，请加长。']
  if (length > 128) return ['password_long', '密码最多 128 个字符，请缩短。']
  if (!/\p{L}/u.test(value)) return ['password_no_letter', '密码须包含字母，请补充。']
  if (!/\d/.test(value)) return ['password_no_digit', '密码须包含数字，请补充。']
  return null
}

function shapeFault(field: Field, text: string): [string, string] | null {
  switch (field.widget) {
    case 'id_number': {
      const code = idNumberFault(text)
      return code && [code, ID_NUMBER[code]!]
    }
    case 'phone':
      return /^1\d{10}$/.test(text) ? null : ['phone_format', '手机号应为 11 位数字，以 1 开头，请检查。']
    case 'email':
      return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text) ? null : ['email_format', '邮箱格式不对，应类似 name@example.com，请检查。']
    case 'date':
      return /^\d{4}-\d{2}-\d{2}$/.test(text) ? null : ['date_format', '日期应为 年-月-日（如 2001-05-20），请重新选择。']
    case 'text': {
      const length = [...text].length
      if (field.min && length < field.min) return ['text_short', `至少填写 ${field.min} 个字，现在是 ${length} 个。`]
      if (field.max && length > field.max) return ['text_long', `最多填写 ${field.max} 个字，现在是 ${length} 个。`]
      const pattern = field.pattern ? PATTERNS[field.pattern] : undefined
      return pattern && !pattern.test(text) ? ['text_pattern', '只能填写汉字和间隔号“·”，请检查。'] : null
    }
    default:
      return null
  }
}

/** What is wrong with one field as far as the browser can tell; the server judges again. */
export function fieldFault(field: Field, view: CaseView, values: FieldValues, secrets: Record<string, string>): FieldError | null {
  if (!visible(field, values)) return null
  const fault = (code: string, detail: string): FieldError => ({ field: field.id, code, detail })
  const missing = () => {
    const [code, verb] = MISSING[field.widget] ?? ['required', '请填写']
    return fault(code, `${verb}“${field.label}”。`)
  }
  if (isUpload(field)) return field.required && !fileOf(view, field.id) ? missing() : null
  if (field.widget === 'phone_code') {
    // Whether a candidate's phone is a new one, and so needs a code, the server alone knows.
    const code = secrets[field.id] ?? ''
    if (!code) return field.required && site.me?.kind === 'visitor' ? missing() : null
    return /^\d{6}$/.test(code) ? null : fault('code_wrong', '验证码是 6 位数字，请检查。')
  }
  if (field.widget === 'previous_degree') return null // held by the server alone
  if (field.widget === 'secret') {
    if (field.required && !secrets[field.id]) return missing()
    const found = secretFault(field, secrets)
    return found && fault(...found)
  }
  const value = values[field.id]
  if (field.widget === 'course_slots') return field.required && asCourses(value).length === 0 ? fault('no_course_chosen', '请至少选择一门课程。') : null
  if (empty(value)) return field.required ? missing() : null
  const found = shapeFault(field, asText(value))
  return found && fault(...found)
}
