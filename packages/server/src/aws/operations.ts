import type { Operation } from './operation.ts';
import { addNotificationChannels } from './operations/add-notification-channels.ts';
import { batchGetFrameMetricData } from './operations/batch-get-frame-metric-data.ts';
import { configureAgent } from './operations/configure-agent.ts';
import { createProfilingGroup } from './operations/create-profiling-group.ts';
import { deleteProfilingGroup } from './operations/delete-profiling-group.ts';
import { describeProfilingGroup } from './operations/describe-profiling-group.ts';
import { getFindingsReportAccountSummary } from './operations/get-findings-report-account-summary.ts';
import { getNotificationConfiguration } from './operations/get-notification-configuration.ts';
import { getPolicy } from './operations/get-policy.ts';
import { getProfile } from './operations/get-profile.ts';
import { getRecommendations } from './operations/get-recommendations.ts';
import { listFindingsReports } from './operations/list-findings-reports.ts';
import { listProfileTimes } from './operations/list-profile-times.ts';
import { listProfilingGroups } from './operations/list-profiling-groups.ts';
import { listTagsForResource } from './operations/list-tags-for-resource.ts';
import { postAgentProfile } from './operations/post-agent-profile.ts';
import { putPermission } from './operations/put-permission.ts';
import { removeNotificationChannel } from './operations/remove-notification-channel.ts';
import { removePermission } from './operations/remove-permission.ts';
import { submitFeedback } from './operations/submit-feedback.ts';
import { tagResource } from './operations/tag-resource.ts';
import { untagResource } from './operations/untag-resource.ts';
import { updateProfilingGroup } from './operations/update-profiling-group.ts';

/** One line each. */
export const operations: readonly Operation[] = [
  addNotificationChannels,
  batchGetFrameMetricData,
  configureAgent,
  createProfilingGroup,
  deleteProfilingGroup,
  describeProfilingGroup,
  getFindingsReportAccountSummary,
  getNotificationConfiguration,
  getPolicy,
  getProfile,
  getRecommendations,
  listFindingsReports,
  listProfileTimes,
  listProfilingGroups,
  listTagsForResource,
  postAgentProfile,
  putPermission,
  removeNotificationChannel,
  removePermission,
  submitFeedback,
  tagResource,
  untagResource,
  updateProfilingGroup,
];
