/** The nearest whole number, ties to the even one: the rounding of NumPy, torch and IEEE 754-2019 (4.3.1). */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
