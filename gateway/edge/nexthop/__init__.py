"""Next hops: envelope and octets out by SMTP, the answers back as replies for our client.

`hops` picks the route, `pool` the connection, `connection` opens it with aiosmtplib, `protocol` drives it,
`transaction` tells the story of one message, `body` moves its octets, `replies` maps what came back.
"""

from gateway.edge.nexthop.hops import NextHops
from gateway.edge.nexthop.transaction import NextHopTransaction

__all__ = ("NextHopTransaction", "NextHops")
