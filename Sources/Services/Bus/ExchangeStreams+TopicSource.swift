public import Sessions

extension ExchangeStreams: TopicSource {}
