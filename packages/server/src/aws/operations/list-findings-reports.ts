import { answerJson, operation } from '../operation.ts';
import { ReportPageQuery, reportPage } from '../report-page.ts';
import { Timestamp } from '../shapes.ts';
import { rangeBetween } from '../time-range.ts';

export const listFindingsReports = operation({
  name: 'ListFindingsReports',
  method: 'GET',
  path: '/internal/profilingGroups/{profilingGroupName}/findingsReports',
  query: ReportPageQuery.extend({ startTime: Timestamp, endTime: Timestamp }),
  answer: async ({ needs, query, group }) => {
    const range = rangeBetween(query.startTime, query.endTime);
    const { id } = await group();
    const wanted = { group: id, range };
    const { summaries, nextToken } = await reportPage(needs.catalog.findings, query, wanted);
    return answerJson({ findingsReportSummaries: summaries, nextToken });
  },
});
