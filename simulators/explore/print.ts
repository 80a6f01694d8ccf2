import { stringify } from 'yaml'
import type { Finding, Invariant } from './invariants.ts'
import type { Tree } from './tree.ts'

/** A tree as a file: what is read is what was invented. */
export const spellTree = (tree: Tree): string => stringify(tree, { lineWidth: 0, aliasDuplicateObjects: false })

export interface FoundIn {
  tree: Tree
  seed: string
  finding: Finding
  invariant: Pick<Invariant, 'number' | 'words'>
}

/** A scenario file that shows what was found, with how to play it again. */
export function printFound({ tree, seed, finding, invariant }: FoundIn): string {
  const { number, words } = invariant
  const remarks = [
    `What always holds${number === null ? '' : `, number ${number}`}: ${words}`,
    `Broken (${finding.invariant}): ${finding.what}`,
    `Again: npx shifen simulate explore --play <this file> --seed ${seed}`,
  ]
  const comment = remarks.flatMap((remark) => remark.split('\n')).map((line) => `# ${line}\n`)
  return `${comment.join('')}${spellTree(tree)}`
}
