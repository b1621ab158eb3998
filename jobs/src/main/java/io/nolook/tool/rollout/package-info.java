/** Other models for the cameras of jobs that run, in two phases. */
package io.nolook.tool.rollout;
