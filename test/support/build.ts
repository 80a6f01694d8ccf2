import { execFileSync } from 'node:child_process'

/** Tests that start the service as a process start what is compiled: it must be what the sources say. */
export default function build(): void {
  execFileSync('npm', ['run', '--silent', 'build:service'], { stdio: 'inherit' })
}
