/** Pictures for people: contact sheets of originals and reconstructions. */
package io.nolook.picture;
