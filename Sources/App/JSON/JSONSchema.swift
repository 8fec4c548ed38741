public import Wire

/// What a value of the public API looks like, in the words of JSON Schema 2020-12, which OpenAPI 3.1 takes as they are
/// (https://spec.openapis.org/oas/v3.1.1.html#schema-object).
public indirect enum JSONSchema: Sendable {
  /// Any text.
  case string
  /// RFC 3339 in UTC.
  case time
  /// A number with the digits it was given.
  case number
  /// A whole number.
  case integer
  /// True or false.
  case boolean
  /// One of some words.
  case words([String])
  /// JSON of any form.
  case any
  /// A list.
  case array(JSONSchema)
  /// Members of names that are not known beforehand.
  case map(JSONSchema)
  /// Known members, in the order they are sent.
  case object([Member])
  /// One of two.
  case either(JSONSchema, JSONSchema)
  /// The value, or null where it is not known.
  case nullable(JSONSchema)
  /// One of `PublicSchemas`.
  case named(String)

  /// A member of an object.
  public struct Member: Sendable {
    /// Its name.
    public let name: String
    /// What it holds.
    public let schema: JSONSchema
    /// One sentence; may be empty.
    public let help: String
    /// Whether it is always there.
    public let isRequired: Bool

    /// A member of the given properties.
    public init(_ name: String, _ schema: JSONSchema, _ help: String = "", isRequired: Bool = true) {
      self.name = name
      self.schema = schema
      self.help = help
      self.isRequired = isRequired
    }
  }

  /// Writes the schema as one JSON object.
  public func write(to json: inout JSONWriter) {
    json.beginObject()
    writeMembers(to: &json)
    json.endObject()
  }

  /// Writes the schema's members into an object that may have others.
  public func writeMembers(to json: inout JSONWriter) {
    switch self {
    case .string: json.member("type", "string")
    case .time:
      json.member("type", "string")
      json.member("format", "date-time")
    case .number: json.member("type", "number")
    case .integer: json.member("type", "integer")
    case .boolean: json.member("type", "boolean")
    case .words(let words):
      json.member("type", "string")
      json.key("enum")
      json.strings(words)
    case .any: break
    case .array(let element):
      json.member("type", "array")
      json.key("items")
      element.write(to: &json)
    case .map(let value):
      json.member("type", "object")
      json.key("additionalProperties")
      value.write(to: &json)
    case .object(let members): JSONSchema.write(members, to: &json)
    case .either(let first, let second):
      json.key("anyOf")
      json.beginArray()
      first.write(to: &json)
      second.write(to: &json)
      json.endArray()
    case .nullable(let value): value.writeNullable(to: &json)
    case .named(let name): json.member("$ref", "#/components/schemas/\(name)")
    }
  }

  private func writeNullable(to json: inout JSONWriter) {
    json.key("anyOf")
    json.beginArray()
    write(to: &json)
    json.beginObject()
    json.member("type", "null")
    json.endObject()
    json.endArray()
  }

  private static func write(_ members: [Member], to json: inout JSONWriter) {
    json.member("type", "object")
    json.key("properties")
    json.beginObject()
    for member in members {
      json.key(member.name)
      json.beginObject()
      member.schema.writeMembers(to: &json)
      if !member.help.isEmpty { json.member("description", member.help) }
      json.endObject()
    }
    json.endObject()
    json.key("required")
    json.strings(members.filter(\.isRequired).map(\.name))
  }
}

extension JSONWriter {
  /// A member that is text.
  public mutating func member(_ name: String, _ text: String) {
    key(name)
    string(text)
  }

  /// A list of texts.
  public mutating func strings(_ texts: [String]) {
    beginArray()
    for text in texts { string(text) }
    endArray()
  }
}
