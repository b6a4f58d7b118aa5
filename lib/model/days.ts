const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;
const WEEKDAYS = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"] as const;

/** Seconds from the beginning of 1970 to that of a day written as `2027-06-30`. */
export function epochOf(day: string): number {
  const [year = 1970, month = 1, date = 1] = day.split("-").map(Number);
  let days = date - 1;
  for (let before = 1970; before < year; before++) days += leap(before) ? 366 : 365;
  for (let before = 1; before < month; before++) days += daysIn(before, year);
  return days * 86_400;
}

/** A day as HTTP writes it, at midnight: `Wed, 30 Jun 2027 00:00:00 GMT`. */
export function httpDate(day: string): string {
  const [year = "", month = "1", date = ""] = day.split("-");
  const weekday = WEEKDAYS[(epochOf(day) / 86_400) % 7] ?? "";
  return `${weekday}, ${date} ${MONTHS[Number(month) - 1] ?? ""} ${year} 00:00:00 GMT`;
}

const leap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
const daysIn = (month: number, year: number): number =>
  month === 2 ? (leap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
