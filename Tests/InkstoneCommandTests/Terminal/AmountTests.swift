import InkstoneCommand
import Testing

@Suite("Amounts")
struct AmountTests {
  @Test(
    "numbers have a point and a fixed count of digits",
    arguments: [
      (3.14159, 2, "3.14"), (0.05, 1, "0.1"), (-1.5, 0, "-2"), (-0.001, 2, "0.00"), (1e6, 1, "1000000.0"),
      (.nan, 2, "-"), (.infinity, 2, "-"), (9.999, 2, "10.00"), (1.005, 1, "1.0"),
    ])
  func decimals(value: Double, digits: Int, text: String) {
    #expect(Amount.decimal(value, digits: digits) == text)
  }

  @Test(
    "bytes are in units of 1024",
    arguments: [
      (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (98_362_432, "93.8 MiB"), (1_048_575, "1.0 MiB"),
      (UInt64.max, "16.0 EiB"),
    ] as [(UInt64, String)])
  func bytes(count: UInt64, text: String) {
    #expect(Amount.bytes(count) == text)
  }

  @Test(
    "times are minutes and seconds, with hours when there are any",
    arguments: [(0, "0:00"), (59.6, "1:00"), (61, "1:01"), (3661, "1:01:01"), (-1, "-:--"), (.nan, "-:--")])
  func clocks(seconds: Double, text: String) {
    #expect(Amount.clock(seconds) == text)
  }

  @Test("thousands are set apart", arguments: [(0, "0"), (999, "999"), (1000, "1 000"), (134_515_008, "134 515 008")])
  func counts(value: Int, text: String) {
    #expect(Amount.count(value) == text)
  }

  @Test("Chinese characters and emoji take two columns")
  func width() {
    #expect(DisplayWidth.columns("ink 砚台 🙂") == 11)
    #expect(DisplayWidth.prefix("砚台石", columns: 5) == "砚台")
    let lines = TextTable.lines([["砚", "1"], ["ink", "22"]], alignments: [.left, .right])
    #expect(lines == ["砚    1", "ink  22"])
  }

  @Test("times in seconds keep their fractions")
  func durations() {
    #expect(Duration.milliseconds(1500).inSeconds == 1.5)
  }
}
