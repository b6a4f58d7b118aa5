/** The most jobs that GitHub makes of one matrix. */
const MATRIX_LIMIT = 256;

/** Rows in as many matrices as GitHub needs: a workflow that gives them out and the command that fills them count alike. */
export const inMatrices = <T>(rows: readonly T[]): (readonly T[])[] =>
  Array.from({ length: Math.ceil(rows.length / MATRIX_LIMIT) }, (_, index) =>
    rows.slice(index * MATRIX_LIMIT, (index + 1) * MATRIX_LIMIT),
  );

/** Name of a matrix of stacks among the outputs of a job. */
export const matrixName = (index: number): string => `stacks-${index + 1}`;
