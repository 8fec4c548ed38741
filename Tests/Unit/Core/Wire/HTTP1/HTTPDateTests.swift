import Testing
import Wire

@Suite struct HTTPDateTests {
  /// The first is the example of RFC 9110 §5.6.7, the others are Python's `email.utils.formatdate(n, usegmt=True)`.
  @Test(arguments: [
    (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
    (951_782_399, "Mon, 28 Feb 2000 23:59:59 GMT"), (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
    (951_868_800, "Wed, 01 Mar 2000 00:00:00 GMT"), (1_709_164_800, "Thu, 29 Feb 2024 00:00:00 GMT"),
    (1_735_689_599, "Tue, 31 Dec 2024 23:59:59 GMT"), (1_735_689_600, "Wed, 01 Jan 2025 00:00:00 GMT"),
    (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"), (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
  ])
  func aDateIsAnIMFFixdate(seconds: Int64, text: String) {
    #expect(HTTPDate.text(secondsSince1970: seconds) == text)
    #expect(HTTPDate.secondsSince1970(text) == Int64(seconds))
  }

  @Test(arguments: [
    "", "Sun, 06 Nov 1994 08:49:37", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
    "Mon, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 08:60:37 GMT",
    "Sun, 06 Nov 1994 08:49:61 GMT", "Sun, 06 nov 1994 08:49:37 GMT", "Sun, -6 Nov 1994 08:49:37 GMT",
    "Wed, 30 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1969 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 UTC",
  ])
  func whatIsNoIMFFixdateIsNotRead(text: String) {
    #expect(HTTPDate.secondsSince1970(text) == nil)
  }

  @Test func aLeapSecondIsTheLastOfItsMinute() {
    // 2016-12-31T23:59:60Z followed 1483228799, the second before 2017 by Python's calendar.timegm.
    #expect(HTTPDate.secondsSince1970("Sat, 31 Dec 2016 23:59:60 GMT") == 1_483_228_799)
  }

  @Test func outsideItsRangeTheNearestEndIsWritten() {
    #expect(HTTPDate.text(secondsSince1970: .min) == "Thu, 01 Jan 1970 00:00:00 GMT")
    #expect(HTTPDate.text(secondsSince1970: .max) == "Fri, 31 Dec 9999 23:59:59 GMT")
  }
}
