import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { namespaceTypes } from '../../src/model/ids';
import * as layout from '../../src/protocol/frame/layout';
import { repository } from '../support/agent';

const structs = {
  nsb_frame: layout.header,
  nsb_section: layout.section,
  nsb_proc: layout.proc,
  nsb_gone_proc: layout.goneProc,
  nsb_ns: layout.ns,
  nsb_gone_ns: layout.goneNs,
  nsb_cgroup: layout.cgroup,
  nsb_gone_cgroup: layout.goneCgroup,
  nsb_membership: layout.membership,
} as const;

const constants: Readonly<Record<string, number>> = {
  NSB_FRAME_MAGIC: layout.frameMagic,
  NSB_FRAME_VERSION: layout.frameVersion,
  NSB_NO_MEMBERSHIP: layout.unknown32,
  NSB_NS_TYPES: namespaceTypes.length,
  NSB_SECTIONS: layout.sections.length,
  NSB_P_NS_DENIED: layout.procFlags.nsDenied,
  NSB_P_STATUS_DENIED: layout.procFlags.statusDenied,
  NSB_P_CGROUP_DENIED: layout.procFlags.cgroupDenied,
  NSB_P_KTHREAD: layout.procFlags.kthread,
  NSB_N_OPEN_DENIED: layout.nsFlags.openDenied,
  NSB_N_OWNER_DENIED: layout.nsFlags.ownerDenied,
  NSB_N_PARENT_DENIED: layout.nsFlags.parentDenied,
  NSB_N_HIDDEN: layout.nsFlags.hidden,
  ...Object.fromEntries(namespaceTypes.map((type, i) => [`NSB_NS_${type.toUpperCase()}`, i])),
  ...Object.fromEntries(layout.sections.map(({ name }, i) => [`NSB_SEC_${name}`, i])),
};

test('every offset and constant is the one of native/include/nsbridge.h', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'frame-layout-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const expected: Record<string, number> = { ...constants };
  for (const [struct, fields] of Object.entries(structs)) {
    for (const [field, at] of Object.entries(fields)) {
      const expression =
        field === 'size' ? `sizeof(struct ${struct})` : `offsetof(struct ${struct}, ${field})`;
      expected[expression] = at;
    }
  }
  expected['sizeof(((struct nsb_proc *)0)->comm)'] = layout.commBytes;
  const lines = Object.keys(expected).map((e) => `printf("%lld\\n", (long long)(${e}));`);
  writeFileSync(
    join(folder, 'layout.c'),
    `#include <stdio.h>\n#include "nsbridge.h"\nint main(void) {\n${lines.join('\n')}\n}\n`,
  );
  const program = join(folder, 'layout');
  execFileSync('cc', ['-I', join(repository, 'native/include'), '-o', program, `${program}.c`]);
  const values = execFileSync(program, { encoding: 'utf8' }).trim().split('\n').map(Number);
  const actual = Object.fromEntries(Object.keys(expected).map((e, i) => [e, values[i]]));
  assert.deepEqual(actual, expected);
});

test('a record of each section is as large as its struct', () => {
  const sizes: Readonly<Record<layout.SectionName, number>> = {
    PROCS: layout.proc.size,
    GONE_PROCS: layout.goneProc.size,
    NAMESPACES: layout.ns.size,
    GONE_NAMESPACES: layout.goneNs.size,
    CGROUPS: layout.cgroup.size,
    GONE_CGROUPS: layout.goneCgroup.size,
    MEMBERSHIPS: layout.membership.size,
    PIDS: 4,
    STRINGS: 1,
  };
  for (const { name, record } of layout.sections) assert.equal(record, sizes[name], name);
});
