const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const CHECK = '10X98765432'

/** Why a GB 11643 number is wrong, or null. The codes are the server's. */
export function idNumberFault(text: string): 'id_number_length' | 'id_number_characters' | 'id_number_birth_date' | 'id_number_check_digit' | null {
  const number = text.trim().toUpperCase()
  if (number.length !== 18) return 'id_number_length'
  if (!/^\d{17}[\dX]$/.test(number)) return 'id_number_characters'
  const birth = `${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`
  const date = new Date(`${birth}T00:00:00Z`)
  if (Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== birth) return 'id_number_birth_date'
  const sum = WEIGHTS.reduce((total, weight, at) => total + weight * Number(number[at]), 0)
  return CHECK[sum % 11] === number[17] ? null : 'id_number_check_digit'
}
