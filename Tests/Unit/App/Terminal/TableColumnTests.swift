import Testing

@testable import App

@Suite struct TableColumnTests {
  @Test func namesOfTheAPIHaveTitles() {
    #expect(TableColumn("timestamp", holdsNumbers: false).title == "time UTC")
    #expect(TableColumn("price", holdsNumbers: true).alignment == .point)
  }

  @Test func whatIsNotKnownHasItsNameAndGoesFirst() {
    let column = TableColumn("weighted\u{1B}AvgPrice", holdsNumbers: true)
    #expect(column.title == "weighted\u{FFFD}AvgPrice")
    #expect(column.importance == 0)
  }
}
