/** Long hexadecimal ids are shown by their first 12 digits, as every engine does. */
export const shortId = (id: string): string => (/^[0-9a-f]{32,}$/.test(id) ? id.slice(0, 12) : id);
