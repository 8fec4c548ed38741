import Support
import Testing

@testable import App

@Suite struct HelpTextTests {
  @Test func helpNamesEverySettingAndTheExitCodes() {
    for setting in Setting.all {
      #expect(HelpText.usage.contains(setting.flag))
      #expect(HelpText.usage.contains(setting.name))
    }
    #expect(HelpText.usage.contains("0 stopped as asked, 2 bad configuration, 1 anything else"))
  }

  @Test func theConfigurationDocumentIsTheOneInTheRepository() throws {
    let document = try #require(Repository.text("docs/configuration.md"))
    #expect(document == HelpText.document + "\n" || document == HelpText.document)
  }
}
