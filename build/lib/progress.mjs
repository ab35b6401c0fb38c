const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

export function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}

/**
 * Runs one step and shows it: a spinner while it runs on a terminal, one line when it is done.
 * @param title what is done, as the reader would say it
 * @param work gets `note`, which shows a remark under way (that it waits, what it found)
 */
export async function step(title, work, out = process.stdout) {
  const begun = Date.now();
  const spins = out.isTTY === true;
  let remark = '';
  let turn = 0;
  const draw = () => {
    const text = `${frames[turn++ % frames.length]} ${title}${remark && ` – ${remark}`} (${seconds(Date.now() - begun)})`;
    out.write(`\r\x1b[2K${text.slice(0, Math.max(20, (out.columns || 80) - 1))}`);
  };
  const timer = spins ? setInterval(draw, 100) : undefined;
  const note = (text) => {
    remark = text;
    if (!spins) out.write(`  ${text}\n`);
  };
  const close = (sign) => {
    clearInterval(timer);
    out.write(`${spins ? '\r\x1b[2K' : ''}${sign} ${title} (${seconds(Date.now() - begun)})\n`);
  };
  try {
    const result = await work(note);
    close('✓');
    return result;
  } catch (error) {
    close('✗');
    throw error;
  }
}
