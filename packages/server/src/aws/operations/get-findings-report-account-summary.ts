import { answerJson, operation } from '../operation.ts';
import { ReportPageQuery, reportPage } from '../report-page.ts';

/** The reports of all groups. */
export const getFindingsReportAccountSummary = operation({
  name: 'GetFindingsReportAccountSummary',
  method: 'GET',
  path: '/internal/findingsReports',
  query: ReportPageQuery,
  answer: async ({ needs, query }) => {
    const { summaries, nextToken } = await reportPage(needs.catalog.findings, query, {});
    return answerJson({ reportSummaries: summaries, nextToken });
  },
});
