import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { runChecked } from './command';
import { nginxProgram } from './nginx';

const directories = ['bin', 'dev', 'etc', 'proc', 'root', 'run', 'sys', 'tmp', 'usr/bin', 'var'];

const accounts = [
  'root:x:0:0:root:/root:/bin/sh',
  'nginx:x:101:101:nginx:/nonexistent:/bin/false',
  'nobody:x:65534:65534:nobody:/:/bin/false',
];

const nginxConfiguration = `user nginx;
worker_processes 1;
pid /run/nginx.pid;
error_log /dev/stderr notice;
events { worker_connections 64; }
http {
  access_log off;
  client_body_temp_path /tmp/body;
  proxy_temp_path /tmp/proxy;
  fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi;
  scgi_temp_path /tmp/scgi;
  server { listen 80; root /usr/share/nginx/html; }
}
`;

/** A root file system of busybox alone, made from the static program of the host. */
export async function makeBusyboxRootfs(directory: string): Promise<string> {
  for (const name of directories) {
    mkdirSync(join(directory, name), { recursive: true });
  }
  copyFileSync('/bin/busybox', join(directory, 'bin/busybox'));
  for (const applet of (await runChecked(['/bin/busybox', '--list'])).trim().split('\n')) {
    if (applet !== 'busybox') {
      symlinkSync('busybox', join(directory, 'bin', applet));
    }
  }
  writeFileSync(join(directory, 'etc/passwd'), `${accounts.join('\n')}\n`);
  writeFileSync(join(directory, 'etc/group'), 'root:x:0:\nnginx:x:101:\nnogroup:x:65534:\n');
  return directory;
}

/** Paths of the shared libraries and the loader that a program of the host needs. */
async function libraries(program: string): Promise<readonly string[]> {
  const answer = await runChecked(['ldd', program]);
  if (answer.includes('not found')) {
    throw new Error(`${program} needs libraries that are not installed:\n${answer}`);
  }
  return [...answer.matchAll(/(\/\S+) \(0x/g)].flatMap((match) => match[1] ?? []);
}

/** As above, with nginx and the libraries of the host that it needs: about 12 MB. */
export async function makeNginxRootfs(directory: string): Promise<string> {
  await makeBusyboxRootfs(directory);
  const program = await nginxProgram();
  const copies: readonly (readonly [string, string])[] = [
    [program, '/usr/sbin/nginx'],
    ...(await libraries(program)).map((path) => [path, path] as const),
  ];
  for (const [from, to] of copies) {
    const target = join(directory, to);
    mkdirSync(dirname(target), { recursive: true });
    if (!existsSync(target)) {
      writeFileSync(target, readFileSync(from), { mode: 0o755 });
    }
  }
  for (const name of ['etc/nginx', 'usr/share/nginx/html', 'var/log/nginx', 'var/lib/nginx']) {
    mkdirSync(join(directory, name), { recursive: true });
  }
  writeFileSync(join(directory, 'etc/nginx/nginx.conf'), nginxConfiguration);
  writeFileSync(join(directory, 'usr/share/nginx/html/index.html'), '<h1>It works</h1>\n');
  return directory;
}

/** The directory as a tar archive. */
export async function archive(directory: string): Promise<Buffer> {
  const path = `${directory}.tar`;
  await runChecked(['tar', '--create', '--file', path, '--directory', directory, '.']);
  return readFileSync(path);
}
