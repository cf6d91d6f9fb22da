// What an import did, or would do: counts, and the cells that were refused.
import { integer } from "../../core/format";
import { t } from "../../core/i18n";
import { fieldRefusal } from "../../core/refusals";
import { Button } from "../../kit/button";
import type { Import, ImportError } from "./model";

const counted = ["created", "updated", "unchanged", "skipped", "failed"] as const;

export function Counts({ report }: { report: Import }) {
  return (
    <dl class="counts">
      {counted.map((name) => (
        <div key={name} data-tone={name === "failed" && report.failed > 0 ? "bad" : undefined} data-none={report[name] === 0 ? "" : undefined}>
          <dt>{t(`import.count.${name}`)}</dt>
          <dd class="figure">{integer(report[name])}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Cells that begin like a formula are not one when the file is opened in a spreadsheet. */
const csvCell = (text: string): string => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;

export function errorsAsCsv(errors: ImportError[]): string {
  const rows = errors.map((one) => [String(one.row), one.column, one.code, one.detail]);
  return [["row", "column", "code", "detail"], ...rows].map((row) => row.map(csvCell).join(",")).join("\r\n") + "\r\n";
}

function download(name: string, text: string): void {
  const link = document.createElement("a");
  // Spreadsheets take a file for UTF-8 by its byte order mark.
  link.href = URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/csv;charset=utf-8" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export function Errors({ report }: { report: Import }) {
  const errors = report.errors ?? [];
  if (!report.error_count) return null;
  return (
    <section class="import-errors">
      <header>
        <h2>{t("import.errors", { count: report.error_count })}</h2>
        {report.id ? (
          <a class="button" href={`/api/v1/imports/${report.id}/errors`} download>{t("import.error_file")}</a>
        ) : (
          <Button icon="download" onClick={() => download("errors.csv", errorsAsCsv(errors))}>{t("import.error_list")}</Button>
        )}
      </header>
      <p class="quiet">{t(report.id ? "import.errors_text" : "import.errors_dry_text")}</p>
      <div class="scroll" tabIndex={0} role="region" aria-label={t("import.errors", { count: report.error_count })}>
        <table class="grid-table">
          <thead>
            <tr><th scope="col" class="amount">{t("import.row")}</th><th scope="col">{t("import.column")}</th><th scope="col">{t("import.reason")}</th></tr>
          </thead>
          <tbody>
            {errors.map((one, index) => (
              <tr key={index}>
                <td class="amount">{integer(one.row)}</td>
                <td>{one.column}{one.file && <span class="quiet"> {one.file}</span>}</td>
                <td>{fieldRefusal(one)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {report.error_count > errors.length && <p class="quiet">{t("import.first_errors", { count: errors.length })}</p>}
    </section>
  );
}
