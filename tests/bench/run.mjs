// Measures what issue-level targets speak of and prints one table; ends with 1 when a target is missed.
//   node tests/bench/run.mjs --build DIR [--json FILE]
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { cpus, loadavg } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
const mariadbScript = join(here, '../support/private_mariadb.sh')

function options(words) {
  const read = { build: '', json: '' }
  for (let i = 0; i < words.length; i += 2) {
    const name = words[i].replace(/^--/, '')
    if (!(name in read) || words[i + 1] === undefined) throw new Error('usage: run.mjs --build DIR [--json FILE]')
    read[name] = resolve(words[i + 1])
  }
  if (!read.build) throw new Error('--build is missing')
  return read
}

function run(program, words, env = {}) {
  return new Promise((done, refuse) => {
    const child = spawn(program, words, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] })
    let text = ''
    child.stdout.on('data', piece => (text += piece))
    child.on('error', refuse)
    child.on('close', code => (code === 0 ? done(text) : refuse(new Error(`${program} ${words.join(' ')} ended with ${code}`))))
  })
}

const measuresOf = text => text.split('\n').filter(line => line.startsWith('{')).map(line => JSON.parse(line))

/** "ratio >= 0.6" on a measure; null where it has no target. */
function holds(measure) {
  if (!measure.target) return null
  const [figure, sign, bound] = measure.target.split(' ')
  return sign === '>=' ? measure[figure] >= Number(bound) : measure[figure] <= Number(bound)
}

const shown = number => (number === null ? '' : number >= 100 ? Math.round(number).toLocaleString('en') : number.toPrecision(3))

// The terminal gives two columns to a Chinese character; names here are ASCII, so plain padding is right.
function table(measures) {
  const rows = [['figure', 'measured', 'compared with', 'ratio', 'target', 'holds', 'unit']]
  for (const m of measures)
    rows.push([m.name, shown(m.ours), shown(m.theirs), shown(m.ratio), m.target, { true: 'yes', false: 'NO', null: '' }[m.holds], m.unit])
  const widths = rows[0].map((_, column) => Math.max(...rows.map(row => row[column].length)))
  return rows.map(row => row.map((cell, i) => (i > 0 && i < 4 ? cell.padStart(widths[i]) : cell.padEnd(widths[i]))).join('  ').trimEnd()).join('\n')
}

const { build, json } = options(process.argv.slice(2))
// Durability is only worth measuring where the disk is: beside the build, never in memory.
const dir = await mkdtemp(join(build, 'data-'))
const product = join(build, 'bin/bench_product')
const measures = []
let load
try {
  load = loadavg()[0]
  measures.push(...measuresOf(await run(join(build, 'bin/bench_gate'), [])))
  measures.push(...measuresOf(await run(join(build, 'bin/bench_rules'), [])))
  measures.push(...measuresOf(await run(product, ['centre', join(dir, 'centre')])))
  measures.push(...measuresOf(await run(product, ['ledger', join(dir, 'ledger')])))
  measures.push(...measuresOf(await run(product, ['sign-up', 'sqlite', join(dir, 'sqlite')])))
  const started = await run('bash', [mariadbScript, 'start', join(dir, 'm')])
  const ZIKAO_TEST_MYSQL_SOCKET = started.match(/ZIKAO_TEST_MYSQL_SOCKET=(.*)/)[1]
  try {
    measures.push(...measuresOf(await run(product, ['queue', join(dir, 'queue')], { ZIKAO_TEST_MYSQL_SOCKET })))
    measures.push(...measuresOf(await run(product, ['sign-up', 'mysql', join(dir, 'mysql')], { ZIKAO_TEST_MYSQL_SOCKET })))
  } finally {
    await run('bash', [mariadbScript, 'stop', join(dir, 'm')])
  }
} finally {
  await rm(dir, { recursive: true, force: true })
}
for (const measure of measures) measure.holds = holds(measure)
console.log(table(measures))
console.log(`${cpus().length} cores, load ${load.toFixed(2)} at the start; databases on the file system of ${build}, synced at every commit`)
if (json) await writeFile(json, JSON.stringify({ cores: cpus().length, load, measures }, null, 2) + '\n')
process.exitCode = measures.some(measure => measure.holds === false) ? 1 : 0
