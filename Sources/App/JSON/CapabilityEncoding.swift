public import Contract
internal import Model
public import Wire

/// What an exchange can be asked, as clients read it.
public enum CapabilityEncoding {
  /// One exchange of `/exchanges`; `only` some of what it can, where the gateway offers no more of it.
  public static func append(
    _ declaration: Declaration, only offered: Capabilities.Features? = nil, to json: inout JSONWriter
  ) {
    let capabilities = declaration.capabilities
    let features = offered.map(capabilities.features.intersection) ?? capabilities.features
    json.beginObject()
    json.key("name")
    json.string(declaration.id.name)
    json.key("capabilities")
    json.beginObject()
    for (name, feature) in Capabilities.Features.named {
      json.key(name)
      json.bool(features.contains(feature))
    }
    json.endObject()
    json.key("intervals")
    json.beginArray()
    if features.contains(.ohlc) { for interval in capabilities.intervals { json.string(interval.description) } }
    json.endArray()
    json.key("liquidation_coverage")
    json.string(capabilities.liquidationCoverage.rawValue)
    if let price = capabilities.liquidationPrice {
      json.key("liquidation_price")
      json.string(price.rawValue)
    }
    json.endObject()
  }
}
