import { z } from 'zod';
import type { Findings, FindingsReport, ReportQuery } from '../storage/findings.ts';
import { iso } from './description.ts';
import { reportOfToken, reportToken } from './page-token.ts';
import { MaxResults, QueryBoolean, Token } from './shapes.ts';

const PAGE = 100;

/** How a page of reports is asked for. Left out, `dailyReportsOnly` means reports of hours and of days. */
export const ReportPageQuery = z.object({
  dailyReportsOnly: QueryBoolean.optional(),
  maxResults: MaxResults.default(PAGE),
  nextToken: Token.optional(),
});

/** A page of FindingsReportSummary, and the token of the next one. */
export async function reportPage(
  findings: Findings,
  query: z.output<typeof ReportPageQuery>,
  wanted: Pick<ReportQuery, 'group' | 'range' | 'within'>,
): Promise<{ readonly summaries: readonly object[]; readonly nextToken: string | undefined }> {
  const { dailyReportsOnly: isDaily, maxResults, nextToken } = query;
  const after = nextToken === undefined ? undefined : reportOfToken(nextToken);
  // One more than asked for tells whether there is a next page.
  const reports = await findings.reports({ ...wanted, isDaily, after, limit: maxResults + 1 });
  const page = reports.slice(0, maxResults);
  const last = page.at(-1);
  const isMore = reports.length > page.length && last !== undefined;
  return { summaries: page.map(summary), nextToken: isMore ? reportToken(last) : undefined };
}

const summary = ({ id, groupName, fromMs, toMs, total }: FindingsReport): object => ({
  id,
  profilingGroupName: groupName,
  profileStartTime: iso(fromMs),
  profileEndTime: iso(toMs),
  totalNumberOfFindings: total,
});
