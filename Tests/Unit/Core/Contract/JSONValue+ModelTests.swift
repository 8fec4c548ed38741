import Contract
import Model
import Testing
import Wire

@Suite struct JSONValueModelTests {
  let value: JSONValue

  init() throws {
    value = try JSONValue(
      parsing:
        #"{"t":"x","n":12,"d":"1.50","e":1.250,"z":"","q":"NaN","u":null,"m":"1500","o":{},"big":99999999999999999}"#)
  }

  func isMalformed(_ read: () throws -> Void, naming name: String) -> Bool {
    do {
      try read()
      return false
    } catch {
      guard let error = error as? ExchangeError else { return false }
      return error.kind == .malformed && error.reason.contains(name)
    }
  }

  @Test func membersAreReadByTheirType() throws {
    #expect(try value.text("t") == "x")
    #expect(try value.integer("n") == 12)
    #expect(try value.decimal("d").description == "1.50")
    #expect(try value.decimal("e").description == "1.250")
    #expect(try value.milliseconds("n").milliseconds == 12)
    #expect(try value.milliseconds("m").milliseconds == 1500)
  }

  @Test func aTruthValueIsNoTextOfOne() throws {
    let object = try JSONValue(parsing: #"{"a":true,"b":"true"}"#)
    #expect(try object.bool("a"))
    #expect(isMalformed({ _ = try object.bool("b") }, naming: "b"))
    #expect(isMalformed({ _ = try object.bool("c") }, naming: "c"))
  }

  @Test func aMemberOfAnotherTypeIsNamed() {
    #expect(isMalformed({ _ = try value.text("n") }, naming: "n"))
    #expect(isMalformed({ _ = try value.integer("t") }, naming: "t"))
    #expect(isMalformed({ _ = try value.integer("absent") }, naming: "absent"))
    for name in ["t", "o", "z", "q", "u", "absent"] {
      #expect(isMalformed({ _ = try value.decimal(name) }, naming: name))
      #expect(isMalformed({ _ = try value.milliseconds(name) }, naming: name))
    }
    #expect(isMalformed({ _ = try value.milliseconds("big") }, naming: "big"))
    #expect(isMalformed({ _ = try JSONValue.array([]).text("t") }, naming: "t"))
  }

  @Test func anAbsentDecimalIsNoneAndAWrongOneAnError() throws {
    for name in ["z", "q", "u", "absent"] { #expect(try value.optionalDecimal(name) == nil) }
    for name in ["t", "o"] { #expect(isMalformed({ _ = try value.optionalDecimal(name) }, naming: name)) }
    #expect(try value.optionalDecimal("d")?.description == "1.50")
  }
}
