import Wire

@testable import App

/// The recording that `--demo` plays, read once, and a small made-up one of another shape.
enum RecordingFixture {
  static let directory = packageDirectory + "/Recordings/binance"

  static let packageDirectory: String = {
    // Tests/Unit/App/Recording/RecordingFixture.swift
    let parts = #filePath.split(separator: "/").dropLast(5)
    return "/" + parts.joined(separator: "/")
  }()

  static let bundled = Result { () throws(RecordingError) in try Recording(RecordingFiles(directory: directory)) }

  static func expected() throws -> JSONValue {
    try JSONValue(parsing: try RecordingFiles(directory: directory).bytes(of: "expected.json"))
  }

  /// 2026-11-25 10:17:23.456 UTC, the instant of `expected.json`.
  static let now: Int64 = 1_795_601_843_456

  /// A made-up exchange: one path for everything, topics that are objects, newest first, a ping in plain text.
  static let otherTexts: [String: String] = [
    "recording.json": """
    {
      "about": "made up", "listed": 100000, "layouts": "words", "instruments": "symbols", "tapes": ["deals", "rates"],
      "trades": "deals", "intervals": {"60": "1m", "D": "1d"}, "contentType": "application/json",
      "errors": {"bad": {"status": 422, "layout": "bad"}, "absent": {"status": 404, "layout": "absent", "type": "text/plain"}},
      "notFound": "absent",
      "routes": [
        {
          "method": "POST", "path": "/info", "body": {"type": "candles"},
          "parameters": {
            "symbol": {"name": "req.coin", "missing": "bad", "invalid": "bad"},
            "interval": {"name": "req.interval", "missing": "bad", "invalid": "bad"},
            "start": {"name": "req.from", "invalid": "bad"},
            "limit": {"name": "req.count", "default": 3, "most": 5, "invalid": "bad"}
          },
          "answer": {"of": "candles", "item": "candle", "list": "list", "newestFirst": true}
        },
        {"method": "POST", "path": "/info", "body": {"type": "all"}, "answer": {"of": "instruments", "item": "rate", "list": "list"}},
        {"path": "/rates", "answer": {"of": "rows", "tape": "rates", "item": "rate_row", "list": "list"}},
        {
          "path": "/one", "parameters": {"symbol": {"name": "coin", "invalid": "bad"}},
          "answer": {"of": "instruments", "item": "rate", "list": "list", "alwaysList": true}
        }
      ],
      "sockets": {
        "pingMilliseconds": 20000, "pongMilliseconds": 20000, "topicsPerConnection": 2,
        "notJSON": "bad", "unknownCommand": "bad", "tooManyTopics": "full",
        "paths": [{"path": "/ws", "serves": "all"}, {"path": "/quiet", "serves": ["deals"]}],
        "channels": [
          {"name": "deals", "topic": "deal/${symbol}", "layout": "deal", "feed": {"of": "rows", "tape": "deals", "delayMilliseconds": 7}},
          {"name": "all", "topic": "deals", "layout": "deal", "feed": {"of": "rows", "tape": "deals", "delayMilliseconds": 7}},
          {"name": "candle", "topic": "candle/${symbol}/${interval}", "layout": "candle", "feed": {"of": "candles", "everyMilliseconds": 1000}},
          {"name": "tick", "topic": "tick/${symbol}", "layout": "rate", "feed": {"of": "ticks", "everyMilliseconds": 1000}}
        ],
        "commands": [
          {"when": "ping", "does": "answer", "answer": "pong"},
          {
            "when": {"op": "sub"}, "does": "subscribe", "topics": "args", "topicName": "${plain.kind}/${plain.coin}",
            "answer": "ack", "answersEach": true
          },
          {"when": {"op": "unsub"}, "does": "unsubscribe", "topics": "args", "topicName": "${plain.kind}/${plain.coin}", "answer": "done"}
        ]
      }
    }
    """,
    "words": """
    bad {"wrong":"${parameter}"}
    absent nothing here
    full {"full":true}
    list {"list":[${items}]}
    pong pong
    done {"done":${message.id}}
    ack {"ok":${element},"topic":"${topic}","id":${message.id}}
    deal {"c":"${symbol}","t":${row.time},"n":${now},"p":"${row.price}","side":"${row.taker_sold?S:B}","id":${row.id}}
    candle [${candle.open_time},"${candle.close}",${candle.trades},${candle.is_closed?1:0}]
    rate {"c":"${symbol}","r":"${latest.rates.rate}","then":"${next.rates.rate}","at":${next.rates.due}}
    rate_row {"c":"${symbol}","r":"${row.rate}","t":${row.time}}
    """,
    "symbols": "symbol,long\nA,alpha\nB,beta\n",
    "tapes/A.deals.csv":
      "loop,7000\n@time,price,quantity,taker_sold,count\n0,10.0,1,0,1\n3000,12.5,2,1,2\n6999,9.5,1,0,1\n",
    "tapes/B.deals.csv": "loop,500000\n@time,price,quantity,taker_sold,count\n250000,1.0,1,0,1\n",
    "tapes/A.rates.csv": "loop,20000\n@time,@due,rate\n3,0,0.1\n10002,10000,-0.2\n",
    "tapes/B.rates.csv": "loop,20000\n@time,@due,rate\n0,0,0.5\n10000,10000,0.6\n",
  ]

  static func other() throws -> Recording {
    try Recording(RecordingFiles(texts: otherTexts))
  }
}

extension [UInt8] {
  /// The bytes as text.
  var recordedText: String { String(decoding: self, as: UTF8.self) }
}
