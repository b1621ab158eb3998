/** Which model each camera uses, as people command it: pure values. */
package io.nolook.rollout;
