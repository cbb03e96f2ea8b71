/**
 * For questions that may overtake one another: only the answer to the last one is shown. Called before asking.
 * @returns whether nothing was asked since
 */
export function newest(): () => () => boolean {
  let asked = 0
  return () => {
    const mine = ++asked
    return () => mine === asked
  }
}
