/** What all peers of the routers share: the very decisions, without their transport. */
package io.datastreamx.bench.peers.deciding;
