public import Net

/// Gives the closure an HTTP client on a loop of its own, and ends both afterwards.
public func withHTTPClient<R>(
  _ options: HTTPClientOptions = HTTPClientOptions(proxy: ""), _ body: (HTTPClient) async throws -> R
) async rethrows -> R {
  let loop = EventLoop(name: "http-client")
  let client = HTTPClient(loop: loop, options: options)
  do {
    let result = try await body(client)
    await client.shutdown()
    loop.shutdown()
    return result
  } catch {
    await client.shutdown()
    loop.shutdown()
    throw error
  }
}

/// The error of a request that must fail; nil when it did not.
public func failure(
  of client: HTTPClient, _ request: HTTPClientRequest
) async -> HTTPClientError? {
  do throws(HTTPClientError) {
    _ = try await client.send(request)
    return nil
  } catch {
    return error
  }
}
