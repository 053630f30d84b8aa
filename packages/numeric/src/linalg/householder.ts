/**
 * Replaces `x` by the vector u, u[0] = 1, of the reflection I - scale u u^T that maps x to (value, 0, ..., 0).
 * Source: Golub and Van Loan, "Matrix Computations", algorithm 5.1.1, with LAPACK's sign (dlarfg).
 */
export function reflector(x: Float64Array): { readonly value: number; readonly scale: number } {
  const head = x[0] ?? 0;
  let largest = 0;
  for (let i = 1; i < x.length; i++) largest = Math.max(largest, Math.abs(x[i] as number));
  x[0] = 1;
  if (largest === 0) return { value: head, scale: 0 };
  largest = Math.max(largest, Math.abs(head));
  let squares = (head / largest) ** 2;
  for (let i = 1; i < x.length; i++) squares += ((x[i] as number) / largest) ** 2;
  const norm = largest * Math.sqrt(squares);
  const value = head > 0 ? -norm : norm;
  const pivot = head - value;
  for (let i = 1; i < x.length; i++) x[i] = (x[i] as number) / pivot;
  return { value, scale: -pivot / value };
}
