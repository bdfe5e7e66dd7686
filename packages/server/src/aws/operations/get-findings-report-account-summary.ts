import { answerJson, operation } from '../operation.ts';
import { ReportPageQuery, reportPage } from '../report-page.ts';

/** The reports of all groups that the caller may see. */
export const getFindingsReportAccountSummary = operation({
  name: 'GetFindingsReportAccountSummary',
  method: 'GET',
  path: '/internal/findingsReports',
  query: ReportPageQuery,
  answer: async ({ visit, needs, query }) => {
    const { summaries, nextToken } = await reportPage(needs.catalog.findings, query, {
      within: visit.access?.key.groups,
    });
    return answerJson({ reportSummaries: summaries, nextToken });
  },
});
