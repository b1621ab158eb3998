/** What commands leave for people: sheets of pictures, and figures as JSON. */
package io.nolook.report;
