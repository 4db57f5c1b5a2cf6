import type { CheckIo } from '../check-io.ts';
import { htmlReport } from './html-report.ts';
import { jsonReport } from './json-report.ts';
import type { Report } from './report.ts';
import { sarifReport } from './sarif-report.ts';
import { terminalReport } from './terminal-report.ts';

export type ReportFormat = 'pretty' | 'json' | 'sarif' | 'html';

/** @param toFile colours are for a terminal only. */
export function renderReport(report: Report, format: ReportFormat, io: Pick<CheckIo, 'color' | 'width'>, toFile: boolean): string {
  switch (format) {
    case 'json':
      return jsonReport(report);
    case 'sarif':
      return sarifReport(report);
    case 'html':
      return htmlReport(report);
    default:
      return terminalReport(report, { color: io.color && !toFile, width: textWidth(io.width) });
  }
}

/** Columns: narrower breaks every line, wider is not read. */
export const textWidth = (columns: number): number => Math.max(60, Math.min(columns, 140));
