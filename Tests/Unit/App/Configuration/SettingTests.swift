import Testing

@testable import App

@Suite struct SettingTests {
  @Test func namesAreUniqueAndDefaultsAreValid() {
    #expect(Set(Setting.all.map(\.name)).count == Setting.all.count)
    for setting in Setting.all where !setting.defaultValue.isEmpty {
      #expect(setting.fault(in: setting.defaultValue) == nil, "\(setting.name)")
    }
  }

  @Test func theFlagIsTheNameInLowerCaseWithDashes() {
    #expect(Setting(name: "APP_PORT", kind: .text, defaultValue: "", help: "").flag == "--app-port")
  }

  @Test(arguments: [("0", true), ("65535", true), ("-1", false), ("65536", false), ("abc", false), ("", false)])
  func wholeNumbersStayInTheirRange(value: String, isValid: Bool) {
    let setting = Setting(name: "N", kind: .integer(0...65535), defaultValue: "", help: "")
    #expect((setting.fault(in: value) == nil) == isValid)
  }

  @Test func choicesIgnoreCase() {
    let setting = Setting(name: "N", kind: .choice(["INFO", "ERROR"]), defaultValue: "", help: "")
    #expect(setting.fault(in: "info") == nil)
    #expect(setting.fault(in: "loud") == "must be one of INFO, ERROR")
  }

  @Test(arguments: [
    ("a", true), ("B, a", true), ("none", true), ("NONE", true), ("", true), ("none,a", false), ("c", false),
  ])
  func aSelectionIsOfItsWordsOrNone(value: String, isValid: Bool) {
    let setting = Setting(name: "N", kind: .selection(["a", "b"]), defaultValue: "", help: "")
    #expect(setting.fault(in: value) == (isValid ? nil : "must be some of a, b, or none"))
  }

  @Test(arguments: [("on", true), ("1", true), ("TRUE", true), ("off", false), ("no", false)])
  func switchesUnderstandTheUsualWords(word: String, value: Bool) {
    #expect(Setting.truth(word) == value)
    #expect(Setting(name: "N", kind: .flag, defaultValue: "", help: "").fault(in: word) == nil)
    #expect(Setting(name: "N", kind: .flag, defaultValue: "", help: "").fault(in: "maybe") != nil)
  }

  @Test func addressesNameTheirScheme() {
    let setting = Setting(name: "N", kind: .address(schemes: ["ws", "wss"]), defaultValue: "", help: "")
    #expect(setting.fault(in: "wss://x") == nil)
    #expect(setting.fault(in: "https://x") == "must start with ws:// or wss://")
    #expect(setting.fault(in: "ws://") != nil)
  }

  @Test func aPathHoldsNoNull() {
    #expect(Setting(name: "N", kind: .file, defaultValue: "", help: "").fault(in: "a\0b") != nil)
  }

  @Test(arguments: [
    ("*", true), ("http://a, https://b:1/", true), ("chrome-extension://abc", true), ("nonsense", false),
    ("http://a,b", false), ("http://a/path", false), ("http://", false), ("null", false), ("http://u@h", false),
  ])
  func originsAreSchemeHostAndPort(value: String, isValid: Bool) {
    let setting = Setting(name: "N", kind: .origins, defaultValue: "", help: "")
    #expect((setting.fault(in: value) == nil) == isValid)
  }

  @Test(arguments: [
    ("*", true), ("desk.example, 10.0.0.1,::1,[::1]:80", true), ("https://desk.example", false), ("a b", false),
    ("*.example", false), ("a/b", false), (":80", false),
  ])
  func hostsAreNames(value: String, isValid: Bool) {
    let setting = Setting(name: "N", kind: .hosts, defaultValue: "", help: "")
    #expect((setting.fault(in: value) == nil) == isValid)
  }
}
