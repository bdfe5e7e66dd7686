import type { Operation } from './operation.ts';
import { configureAgent } from './operations/configure-agent.ts';
import { createProfilingGroup } from './operations/create-profiling-group.ts';
import { deleteProfilingGroup } from './operations/delete-profiling-group.ts';
import { describeProfilingGroup } from './operations/describe-profiling-group.ts';
import { getProfile } from './operations/get-profile.ts';
import { listProfileTimes } from './operations/list-profile-times.ts';
import { listProfilingGroups } from './operations/list-profiling-groups.ts';
import { postAgentProfile } from './operations/post-agent-profile.ts';
import { updateProfilingGroup } from './operations/update-profiling-group.ts';

/** One line each. */
export const operations: readonly Operation[] = [
  configureAgent,
  createProfilingGroup,
  deleteProfilingGroup,
  describeProfilingGroup,
  getProfile,
  listProfileTimes,
  listProfilingGroups,
  postAgentProfile,
  updateProfilingGroup,
];
