"""Run by the Python that has both packages installed: records reach the handler."""

import spread_watch

import tickfold as tf

watch = spread_watch.SpreadWatch()
alpaca, ibkr = tf.decoder("alpaca.data"), tf.decoder("ibkr")
alpaca.attach(watch)
ibkr.attach(watch)
alpaca.feed(
    b'[{"T":"q","S":"A","bp":1,"ap":1.5},{"T":"q","S":"A","bp":1,"ap":3.25},{"T":"q","S":"A","bp":3,"ap":3.25}]'
)
alpaca.feed(b'[{"T":"q","S":"B","bp":9}]')
ibkr.feed(b'{"topic":"sor","args":[{"orderId":7,"totalSize":5,"filledQuantity":2,"status":"Submitted"}]}')
ibkr.feed(b'{"topic":"sor","args":[{"orderId":7,"filledQuantity":5,"status":"Filled"}]}')
ibkr.feed(b"garbage")
got = (watch.quotes, watch.widest, watch.changed_asks, watch.filled, watch.ended, watch.flushes, watch.last_error)
assert got == (4, 2.25, 2, 5.0, 1, 5, b"garbage"), got
assert isinstance(spread_watch.Sizes(), tf.engine.receiver.Receiver)
print("downstream ok")
