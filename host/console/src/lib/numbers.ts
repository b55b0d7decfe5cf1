/** Whether a series of ours gave it: it begins with capital letters and digits, a letter first, as the server lets a series be called. */
export const isOwnNumber = (number: string): boolean => /^[A-Z][A-Z0-9]{0,9}-/.test(number);

/** Whether what somebody types may be such a number, all of it, in whatever letters. */
export const mayBeNumber = (typed: string): boolean => /^[A-Z][A-Z0-9]{0,9}-.*\d$/i.test(typed);
