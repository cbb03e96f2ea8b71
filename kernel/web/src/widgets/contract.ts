import type { Field, FieldValue } from '@/api/types'

/** What every widget receives. `inputId` is the id its first control must carry, `describedby` names hint and error. */
export interface WidgetProps {
  field: Field
  inputId: string
  value: FieldValue | undefined
  invalid: boolean
  describedby: string
}
