/** People are told what cameras show: each action to a webhook, at least once. */
package io.nolook.notify;
